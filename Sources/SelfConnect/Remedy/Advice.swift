// What to do about what was found: which ports to reserve, and where that is not the cure, or not the whole. Pure.

/// The advice about the targets of one network namespace.
public struct Advice: Hashable, Sendable {
    /// What there is to do about one target.
    public enum Recommendation: Hashable, Sendable {
        /// To reserve the port.
        case reserve
        /// To end the connection that has the port, and to reserve the port so that it does not come again.
        case endAndReserve
        /// To end the connection that has the port: it is not, or no longer, one that the kernel hands out.
        case end
        /// To look again where or when that is possible.
        case resurvey
        /// Nothing.
        case nothing
    }

    /// One target and its cure.
    public struct Item: Hashable, Sendable {
        /// What was found.
        public let finding: Finding
        /// What there is to do.
        public let cure: Recommendation
    }

    /// The namespace; nil: the host's own.
    public let namespace: String?
    /// The facts that it rests on; nil where they could not be read.
    public let kernel: KernelFacts?
    /// The targets by port and address.
    public let items: [Item]

    /// The advice about these findings.
    public init(_ findings: [Finding], kernel: KernelFacts?, namespace: String? = nil) {
        self.kernel = kernel
        self.namespace = namespace
        items = findings.sorted { $0.target.endpoint < $1.target.endpoint }
            .map { Item(finding: $0, cure: Self.cure($0)) }
    }

    /// The ports that should be reserved and are not.
    public var additions: PortSet {
        PortSet(ports: items.filter { $0.cure.reserves }.map(\.finding.target.endpoint.port))
    }

    /// The whole list as it should be: writing it replaces the present one.
    public var reservedPorts: PortSet { additions.union(kernel?.reservedPorts ?? PortSet()) }

    /// The ports that clients have once the advice is followed; nil where the range is not known.
    public var clientPorts: ClientPorts? { kernel?.clientPorts(reserving: additions) }

    /// Whether it would take so many ports from clients that it is not to be given.
    public var isHarmful: Bool { !additions.isEmpty && clientPorts?.areTooFew ?? false }

    /// The ports that clients have now, where what is reserved already leaves them too few; nil where it does not.
    public var scarcity: ClientPorts? {
        guard let kernel, !kernel.reservedPorts.intersection(kernel.ephemeralRange).isEmpty else { return nil }
        let ports = kernel.clientPorts()
        // A range that is smaller than that by itself is not what reserving has made of it.
        let areFewByReserving = ports.range.count >= ClientPorts.least && ports.areTooFew
        return ports.isLessThanHalf || areFewByReserving ? ports : nil
    }

    private static func cure(_ finding: Finding) -> Recommendation {
        let isChosen = finding.evidence.kernel.mayChoose(finding.target.endpoint.port)
        return switch finding.assessment.verdict {
        case .selfConnected, .stolen: isChosen ? .endAndReserve : .end
        // What redirects a port may go, and leaves it as exposed as any other.
        case .susceptible, .latent, .redirected: isChosen ? .reserve : .nothing
        // What hindered the probe may hinder no client. A reserved port is safe whatever it was.
        case .inconclusive: isChosen && finding.evidence.hindrance == nil ? .reserve : .resurvey
        case .reserved, .outsideRange, .notSelf: .nothing
        }
    }
}

extension Advice.Recommendation {
    /// Whether the port belongs into ip_local_reserved_ports.
    public var reserves: Bool { self == .reserve || self == .endAndReserve }
}
