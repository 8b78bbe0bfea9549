// What to do about the findings: which ports to reserve, and where that does not end the exposure completely. No side
// effects.

/// The advice for the targets of one network namespace.
public struct Advice: Hashable, Sendable {
    /// What to do about one target.
    public enum Recommendation: Hashable, Sendable {
        /// Reserve the port.
        case reserve
        /// To leave the port reserved, as it is.
        case keep
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
        /// What there is to do.
        public let recommendation: Recommendation
    }

    /// The namespace; nil: the host's own.
    public let namespace: String?
    /// The reserved list as it should be; nil where the namespace could not be read.
    public let remedy: LastingRemedy?
    /// The targets by port and address.
    public let items: [Item]

    /// The advice for these findings.
    public init(_ findings: [Finding], kernel: KernelFacts?, namespace: String? = nil) {
        self.namespace = namespace
        remedy = kernel.map { LastingRemedy(findings, on: $0) }
        items = findings.sorted { $0.target.endpoint < $1.target.endpoint }
            .map { Item(finding: $0, recommendation: Self.recommendation($0)) }
    }

    /// The ports that should be reserved and are not.
    public var additions: PortSet { remedy?.missing ?? PortSet() }

    /// Whether no port has to be reserved, and none is: then there is nothing to assign.
    public var isEmpty: Bool { remedy?.ports.isEmpty ?? true }

    /// Whether the advice would leave clients too few ports, so that it is refused.
    public var isHarmful: Bool { remedy?.isHarmful ?? false }

    /// The ports that clients have now, if the present reservations leave too few; otherwise nil.
    public var scarcity: ClientPorts? {
        guard let kernel = remedy?.kernel, !kernel.reservedPorts.intersection(kernel.ephemeralRange).isEmpty else {
            return nil
        }
        let ports = kernel.clientPorts()
        // A range that is too small by itself is not caused by reservations.
        let areFewByReserving = ports.range.count >= ClientPorts.least && ports.areTooFew
        return ports.isLessThanHalf || areFewByReserving ? ports : nil
    }

    private static func recommendation(_ finding: Finding) -> Recommendation {
        let isMissing = finding.needsReserving && !finding.evidence.isReserved
        return switch finding.assessment.verdict {
        case .selfConnected, .stolen: isMissing ? .endAndReserve : .end
        // What kept the probe from finding out may keep no client. A reserved port is safe whatever it was.
        case .inconclusive where !finding.needsReserving: .resurvey
        default: finding.needsReserving ? isMissing ? .reserve : .keep : .nothing
        }
    }
}

extension Advice.Recommendation {
    /// Whether the port should be in ip_local_reserved_ports.
    public var reserves: Bool { self == .reserve || self == .endAndReserve }
}
