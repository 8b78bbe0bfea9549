// The permanent remedy: one list of reserved ports for one network namespace. Writing ip_local_reserved_ports replaces
// the whole list, so two lines for two ports would cancel each other: there is one line, with all ports that need it
// and all that are reserved already. It is the same before and after it was applied.

/// The reserved list that keeps the kernel from giving the targets' ports to clients.
package struct LastingRemedy: Hashable, Sendable {
    /// Maximum number of self-connections on no target whose ports are reserved: any user can make thousands, and each
    /// reserved port is one less for clients.
    package static let selfConnectionLimit = 64
    /// The sysctl, for IPv4 and IPv6 alike.
    package static let key = "net.ipv4.ip_local_reserved_ports"

    /// The kernel's facts in the namespace.
    package let kernel: KernelFacts
    /// The targets' ports that have to be reserved, whether they are or not.
    package let needed: PortSet
    /// The ports that have to be reserved and are not.
    package let missing: PortSet
    /// The whole list.
    package let ports: PortSet
    /// The assignment as a line of a sysctl.d file, in the form that these have (sysctl.d(5)).
    package let line: String
    /// The ports that clients have once it is applied.
    package let clientPorts: ClientPorts

    /// The remedy for these ports. Everything is computed here once: thousands of targets share it.
    package init(reserving needed: PortSet, on kernel: KernelFacts) {
        self.kernel = kernel
        self.needed = needed
        missing = needed.subtracting(kernel.reservedPorts)
        ports = kernel.reservedPorts.union(needed)
        line = "\(Self.key) = \(ports)"
        clientPorts = kernel.clientPorts(reserving: missing)
    }

    /// The remedy for the targets of one namespace.
    package init(_ findings: some Sequence<Finding>, on kernel: KernelFacts) {
        let ports = findings.lazy.filter(\.needsReserving).map(\.target.endpoint.port)
        self.init(reserving: PortSet(ports: ports), on: kernel)
    }

    /// The same remedy with ports that are to be reserved for other reasons, whether they are or not.
    package func keeping(_ others: PortSet) -> LastingRemedy {
        var kernel = kernel
        kernel.reservedPorts = kernel.reservedPorts.union(others)
        return LastingRemedy(reserving: needed, on: kernel)
    }

    /// The ports that are reserved for other reasons, and stay so.
    package var others: PortSet { kernel.reservedPorts.subtracting(needed) }

    /// The command that applies it until the next boot. Without spaces, because BusyBox's sysctl takes what stands before
    /// the equals sign, spaces included, for the key.
    package var command: String { "sysctl -w \(Self.key)=\(ports)" }

    /// Whether it would leave clients too few ports, so that `advise` refuses it.
    package var isHarmful: Bool { !missing.isEmpty && clientPorts.areTooFew }

    /// Whether it would leave clients so few ports that it is not shown as a remedy.
    package var isWithheld: Bool { !missing.isEmpty && clientPorts.isLessThanHalf }

    /// What is to be shown of it: nil where no target needs it, or it would do harm.
    package var shownLine: String? { needed.isEmpty || isWithheld ? nil : line }

    /// What speaks against it, in a sentence without a full stop.
    package var warning: String? {
        guard isHarmful else { return nil }
        let count = missing.count
        let advice = isWithheld ? "; widen the range, or move services out of it" : ""
        return "reserving \(count) more port\(count == 1 ? "" : "s") \(clientPorts.sentence)\(advice)"
    }
}

/// The lasting remedy of each namespace that targets or self-connections are in.
package struct LastingRemedies: Hashable, Sendable {
    private var byNamespace: [String?: LastingRemedy] = [:]

    /// The remedies for what was found, on the kernel facts of the last finding of each namespace.
    package init(_ findings: some Sequence<Finding>) {
        let looked = findings.filter { $0.evidence.hindrance == nil }
        for (namespace, group) in Dictionary(grouping: looked, by: \.target.namespace) {
            guard let last = group.max(by: { $0.at < $1.at }) else { continue }
            byNamespace[namespace] = LastingRemedy(group, on: last.evidence.kernel)
        }
    }

    /// Adds ports of a namespace that are on no target, as far as they lie inside its range.
    package mutating func reserve(_ ports: PortSet, in namespace: String?, on kernel: KernelFacts?) {
        guard let kernel = byNamespace[namespace]?.kernel ?? kernel else { return }
        let others = byNamespace[namespace]?.needed ?? PortSet()
        let inside = ports.intersection(kernel.ephemeralRange)
        byNamespace[namespace] = LastingRemedy(reserving: others.union(inside), on: kernel)
    }

    /// What the function makes of each remedy.
    package func mapValues<Value>(_ transform: (LastingRemedy) -> Value) -> [String?: Value] {
        byNamespace.mapValues(transform)
    }

    /// The remedy of a namespace, nil for the daemon's own; nil where nothing of it was surveyed.
    package subscript(namespace: String?) -> LastingRemedy? {
        get { byNamespace[namespace] }
        set { byNamespace[namespace] = newValue }
    }
}

extension Finding {
    /// Whether the port has to be on the reserved list: the kernel gives ports of the range to clients, and a client that
    /// has it connects to itself or keeps the server from it. What is reserved already needs it as much.
    package var needsReserving: Bool {
        evidence.hindrance == nil && evidence.isInRange && evidence.address.isOwn
    }

    /// Whether it has to be, and is not.
    package var isToBeReserved: Bool { needsReserving && !evidence.isReserved && assessment.severity > .ok }
}
