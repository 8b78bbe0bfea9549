// What to do about the findings: which ports to reserve, and where that does not end the exposure completely. No side
// effects.

/// The advice for the targets of one network namespace.
package struct Advice: Hashable, Sendable {
    /// What to do about one target.
    package enum Recommendation: Hashable, Sendable {
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
    package struct Item: Hashable, Sendable {
        /// The finding.
        package let finding: Finding
        /// What there is to do.
        package let recommendation: Recommendation
    }

    /// The namespace; nil: the host's own.
    package let namespace: String?
    /// The reserved list as it should be; nil where the namespace could not be read.
    package let remedy: LastingRemedy?
    /// The targets by port and address.
    package let items: [Item]

    /// The advice for these findings.
    package init(_ findings: [Finding], kernel: KernelFacts?, namespace: String? = nil) {
        self.namespace = namespace
        remedy = kernel.map { LastingRemedy(findings, on: $0) }
        items = findings.sorted { $0.target.endpoint < $1.target.endpoint }
            .map { Item(finding: $0, recommendation: Self.recommendation($0)) }
    }

    /// The ports that should be reserved and are not.
    package var additions: PortSet { remedy?.missing ?? PortSet() }

    /// Whether no port has to be reserved, and none is: then there is nothing to assign.
    package var isEmpty: Bool { remedy?.ports.isEmpty ?? true }

    /// Whether the advice would leave clients too few ports, so that it is refused.
    package var isHarmful: Bool { remedy?.isHarmful ?? false }

    /// The ports that clients have now, if the present reservations leave too few; otherwise nil.
    package var scarcity: ClientPorts? {
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
    package var reserves: Bool { self == .reserve || self == .endAndReserve }
}
