/// What has become of the kernel's facts since the daemon began to look.
public struct Drift: Hashable, Sendable {
    /// The facts at the start.
    public let initial: KernelFacts
    /// The facts now.
    public private(set) var current: KernelFacts
    /// How often they changed.
    public private(set) var count = 0
    /// When they changed last.
    public private(set) var last: Timestamp?

    /// No drift yet.
    public init(_ facts: KernelFacts) {
        initial = facts
        current = facts
    }

    /// Takes note of the facts of a pass; what has changed in the choice of ports, in a sentence, or nil. How the kernel
    /// is asked for its sockets is no drift.
    public mutating func take(_ facts: KernelFacts, at now: Timestamp) -> String? {
        let text = Self.difference(from: current, to: facts)
        current = facts
        guard let text else { return nil }
        count += 1
        last = now
        return text
    }

    private static func difference(from old: KernelFacts, to new: KernelFacts) -> String? {
        var parts: [String] = []
        if old.ephemeralRange != new.ephemeralRange {
            parts.append("the ephemeral range went from \(old.ephemeralRange) to \(new.ephemeralRange)")
        }
        if old.reservedPorts != new.reservedPorts {
            parts.append("the reserved ports from \(text(old.reservedPorts)) to \(text(new.reservedPorts))")
        }
        if old.stepWidth != new.stepWidth {
            parts.append("the port step width from \(old.stepWidth ?? 0) to \(new.stepWidth ?? 0)")
        }
        if old.autobindReuse != new.autobindReuse {
            parts.append(
                "net.ipv4.ip_autobind_reuse from \(old.autobindReuse ? 1 : 0) to \(new.autobindReuse ? 1 : 0)")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    /// Lists of thousands of ports are for /v1/kernel, not for a line in the log.
    private static func text(_ ports: PortSet) -> String {
        if ports.isEmpty { return "none" }
        return ports.ranges.count <= 8 ? "\(ports)" : "\(ports.count) ports in \(ports.ranges.count) ranges"
    }
}
