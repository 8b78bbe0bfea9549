// Where the reserved list of another network namespace has to be written to last: a file of sysctl.d(5) reaches the host's
// alone, and what is written into a namespace ends with it.

/// What makes a network namespace, and so has to write the list.
package enum LastingPlace: Hashable, Sendable {
    /// A systemd service with PrivateNetwork=.
    case service(String)
    /// A pod of Kubernetes.
    case pod
    /// A container, or a machine.
    case container(Container.Engine)
    /// Something that the name does not show.
    case unknown

    /// The place for a namespace, from its name (`NamespaceLabel`).
    package init(of namespace: String) {
        let parts = Self.withoutInode(namespace).split(separator: ":", maxSplits: 1)
        guard let kind = parts.first, parts.count == 2, !namespace.hasPrefix("/") else {
            self = .unknown
            return
        }
        switch kind {
        case "pod": self = .pod
        // The manager of a user may not write it: its units end with @ and the user's number.
        case "unit" where parts[1].hasSuffix(".service"): self = .service(String(parts[1]))
        default: self = Container.Engine(rawValue: String(kind)).map(Self.container) ?? .unknown
        }
    }

    /// A second namespace of the same name has its inode's number behind it (`NamespaceLabel.distinguished`). No other `#`
    /// ends the name: control groups can have it.
    private static func withoutInode(_ namespace: String) -> Substring {
        guard let mark = namespace.utf8.lastIndex(of: UInt8(ascii: "#")) else { return namespace[...] }
        let number = namespace.utf8[mark...].dropFirst()
        let isNumber = !number.isEmpty && number.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isNumber ? namespace[..<mark] : namespace[...]
    }

    /// What to write there: each a place, and a line for it.
    ///
    /// - Parameter command: applies the list at once.
    package func entries(_ remedy: LastingRemedy, command: String) -> [(place: String, line: String)] {
        let assignment = "\(LastingRemedy.key)=\(remedy.ports)"
        switch self {
        case .service(let unit):
            // systemd.service(5): with full privileges, in the network namespace of the service.
            return [
                (
                    "In a drop-in of the unit (systemctl edit \(ShellWord.quoted(unit))), section [Service]",
                    "ExecStartPre=+\(remedy.command)"
                )
            ]
        case .pod: return [("In the specification of the pod", Self.securityContext(remedy))]
        case .container(.docker): return [("When the container is made", "docker run --sysctl \(assignment) …")]
        case .container(.podman): return [("When the container is made", "podman run --sysctl \(assignment) …")]
        case .container(.containerd): return [("When the container is made", "nerdctl run --sysctl \(assignment) …")]
        // CRI-O runs pods alone.
        case .container(.crio): return Self.pod.entries(remedy, command: command)
        case .container(.machine):
            return [
                ("In the machine, where systemd-sysctl reads it, in /etc/sysctl.d/90-selfconnectd.conf", remedy.line)
            ]
        case .container(.lxc):
            return [("In the configuration of the container", "lxc.sysctl.\(LastingRemedy.key) = \(remedy.ports)")]
        case .unknown:
            return [("In the systemd unit that makes the namespace", "ExecStartPost=\(command)")]
                + Self.container(.docker).entries(remedy, command: command).map { ("For a container", $0.line) }
                + [("For a pod", Self.securityContext(remedy))]
        }
    }

    private static func securityContext(_ remedy: LastingRemedy) -> String {
        "securityContext: {sysctls: [{name: \(LastingRemedy.key), value: \"\(remedy.ports)\"}]}"
    }
}
