import Primitives
import SelfConnect

extension JSONWriter {
    /// The kernel facts, as in `/v1/kernel` and, without their drift, in `/v1/status`.
    mutating func kernel(_ facts: KernelFacts, drift: Drift? = nil) {
        object { json in
            json.member("release", facts.release)
            json.member("ephemeral_range") { $0.range(facts.ephemeralRange) }
            json.member("reserved_ports", "\(facts.reservedPorts)")
            json.member("port_step_width", facts.stepWidth)
            json.member("autobind_reuse", facts.autobindReuse)
            json.member("directed_probe", facts.directedProbe)
            json.member("range_walks_both_parities", facts.rangeWalksBothParities)
            json.member("sockets", facts.sockets)
            json.member("shows_bound_sockets", facts.showsBoundSockets)
            if let drift { json.member("drift") { $0.drift(drift) } }
        }
    }

    /// The bounds of a range of ports.
    mutating func range(_ range: PortRange) {
        object { json in
            json.member("first", range.first)
            json.member("last", range.last)
        }
    }

    private mutating func drift(_ drift: Drift) {
        object { json in
            json.member("changes", drift.count)
            json.member("last_change", drift.last.map { "\($0)" })
            json.member("initial_ephemeral_range") { $0.range(drift.initial.ephemeralRange) }
            json.member("initial_reserved_ports", "\(drift.initial.reservedPorts)")
            json.member("initial_port_step_width", drift.initial.stepWidth)
        }
    }
}
