// What to do about the findings: which ports to reserve, and where that does not end the exposure completely. No side
// effects.

/// The advice for the targets of one network namespace.
public struct Advice: Hashable, Sendable {
    /// What to do about one target.
    public enum Recommendation: Hashable, Sendable {
        /// Reserve the port.
        case reserve
        /// End the connection that has the port, and reserve the port to prevent a recurrence.
        case endAndReserve
        /// End the connection that has the port: the kernel does not, or no longer, give it to clients.
        case end
        /// Repeat the survey where or when that is possible.
        case resurvey
        /// Nothing.
        case nothing
    }

    /// A target and its recommendation.
    public struct Item: Hashable, Sendable {
        /// The finding.
        public let finding: Finding
        /// What to do.
        public let cure: Recommendation
    }

    /// The namespace; nil: the host's own.
    public let namespace: String?
    /// The kernel facts; nil if they could not be read.
    public let kernel: KernelFacts?
    /// The targets by port and address.
    public let items: [Item]

    /// The advice for these findings.
    public init(_ findings: [Finding], kernel: KernelFacts?, namespace: String? = nil) {
        self.kernel = kernel
        self.namespace = namespace
        items = findings.sorted { $0.target.endpoint < $1.target.endpoint }
            .map { Item(finding: $0, cure: Self.cure($0)) }
    }

    /// The ports to reserve that are not reserved yet.
    public var additions: PortSet {
        PortSet(ports: items.filter { $0.cure.reserves }.map(\.finding.target.endpoint.port))
    }

    /// The whole new list: writing it replaces the present one.
    public var reservedPorts: PortSet { additions.union(kernel?.reservedPorts ?? PortSet()) }

    /// The ports that clients have if the advice is followed; nil if the range is unknown.
    public var clientPorts: ClientPorts? { kernel?.clientPorts(reserving: additions) }

    /// Whether the advice would leave clients too few ports, so that it is refused.
    public var isHarmful: Bool { !additions.isEmpty && clientPorts?.areTooFew ?? false }

    /// The ports that clients have now, if the present reservations leave too few; otherwise nil.
    public var scarcity: ClientPorts? {
        guard let kernel, !kernel.reservedPorts.intersection(kernel.ephemeralRange).isEmpty else { return nil }
        let ports = kernel.clientPorts()
        // A range that is too small by itself is not caused by reservations.
        let areFewByReserving = ports.range.count >= ClientPorts.least && ports.areTooFew
        return ports.isLessThanHalf || areFewByReserving ? ports : nil
    }

    private static func cure(_ finding: Finding) -> Recommendation {
        let isChosen = finding.evidence.kernel.mayChoose(finding.target.endpoint.port)
        return switch finding.assessment.verdict {
        case .selfConnected, .stolen: isChosen ? .endAndReserve : .end
        // The redirection may be removed, which leaves the port as exposed as any other.
        case .susceptible, .latent, .redirected: isChosen ? .reserve : .nothing
        // What prevented the probe may not prevent clients. A reserved port is safe in any case.
        case .inconclusive: isChosen && finding.evidence.hindrance == nil ? .reserve : .resurvey
        case .reserved, .outsideRange, .notSelf: .nothing
        }
    }
}

extension Advice.Recommendation {
    /// Whether the port should be in ip_local_reserved_ports.
    public var reserves: Bool { self == .reserve || self == .endAndReserve }
}
