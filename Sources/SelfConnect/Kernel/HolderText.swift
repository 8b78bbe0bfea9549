// Text for holders and their owners, for reasons and documents.

extension Holder {
    /// The process, such as `nginx (pid 812)`; nil if it is not visible.
    package var processText: String? {
        command.map { command in pid.map { "\(command) (pid \($0))" } ?? command }
    }

    /// The control group, unless it is the root, which identifies no owner.
    package var ownControlGroup: String? { controlGroup == "/" ? nil : controlGroup }

    /// The state and the owner, such as `listening nginx (pid 812)`: a closed connection has no owner.
    package var summary: String { state == .timeWait ? state.rawValue : "\(state.rawValue) \(ownerText)" }

    /// The name that identifies the owner best: unit, process, control group, or user.
    var ownerText: String {
        unit ?? processText ?? ownControlGroup.map { "control group \($0)" }
            ?? (user.map { "user \($0)" } ?? "uid \(socket.uid)")
    }
}

extension SocketRecord {
    /// The bound address as text: an unspecified address means all addresses of its family, and :: means both families
    /// unless the socket is IPv6-only.
    var boundAddressText: String {
        guard local.address.isUnspecified else { return "\(local)" }
        guard local.address.unmapped.isIPv6 else { return "all IPv4 addresses (\(local))" }
        return "all \(isIPv6Only ? "IPv6 " : "")addresses (\(local))"
    }
}
