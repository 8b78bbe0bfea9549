/// Changes of the kernel facts since the start.
package struct Drift: Hashable, Sendable {
    /// The facts at the start.
    package let initial: KernelFacts
    /// The current facts.
    package private(set) var current: KernelFacts
    /// The number of changes.
    package private(set) var count = 0
    /// The time of the last change.
    package private(set) var last: Timestamp?

    /// No changes yet.
    package init(_ facts: KernelFacts) {
        initial = facts
        current = facts
    }

    /// Records the facts of a pass; returns the change of the port choice as a sentence fragment, or nil. Another
    /// source of the sockets is not a change.
    package mutating func record(_ facts: KernelFacts, at now: Timestamp) -> String? {
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

    /// Lists of thousands of ports are too long for a log line; /v1/kernel contains them.
    private static func text(_ ports: PortSet) -> String {
        if ports.isEmpty { return "none" }
        return ports.ranges.count <= 8 ? "\(ports)" : "\(ports.count) ports in \(ports.ranges.count) ranges"
    }
}
