// What to do about what was found: which ports to reserve, and where that does not fix it, or not alone. Pure.

/// The advice about the targets of one network namespace.
public struct Advice: Hashable, Sendable {
    /// What there is to do about one target.
    public enum Recommendation: Hashable, Sendable {
        /// To reserve the port.
        case reserve
        /// To leave the port reserved, as it is.
        case keep
        /// To end the connection that has the port, and to reserve the port so that it does not come again.
        case endAndReserve
        /// To end the connection that has the port: it is not, or no longer, one that the kernel hands out.
        case end
        /// To look again where or when that is possible.
        case resurvey
        /// Nothing.
        case nothing
    }

    /// One target and what there is to do.
    public struct Item: Hashable, Sendable {
        /// What was found.
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

    /// The advice about these findings.
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

    /// Whether it would take so many ports from clients that it is not to be given.
    public var isHarmful: Bool { remedy?.isHarmful ?? false }

    /// The ports that clients have now, where what is reserved already leaves them too few; nil where it does not.
    public var scarcity: ClientPorts? {
        guard let kernel = remedy?.kernel, !kernel.reservedPorts.intersection(kernel.ephemeralRange).isEmpty else {
            return nil
        }
        let ports = kernel.clientPorts()
        // A range that is smaller than that by itself is not what reserving has made of it.
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
    /// Whether the port is to be added to ip_local_reserved_ports.
    public var reserves: Bool { self == .reserve || self == .endAndReserve }
}
