import Primitives
import SelfConnect

extension JSONWriter {
    /// `/v1/map`, and the output of `map --json`.
    mutating func map(_ map: PortMap) {
        object { json in
            json.member("address", "\(map.address)")
            json.member("client", ClientKind.connect)
            json.outsideFingerprint {
                $0.member("at", "\(map.at)")
                $0.member("elapsed_seconds", map.elapsed.inSeconds.rounded(toPlaces: 3))
            }
            json.member("complete", map.hindrance == nil)
            json.member("hindrance", map.hindrance)
            json.member("ephemeral_range") { $0.range(map.kernel.ephemeralRange) }
            json.member("reserved_ports", "\(map.kernel.reservedPorts.intersection(map.kernel.ephemeralRange))")
            json.member("ports", map.kernel.ephemeralRange.count)
            json.member("measured", map.isMeasured)
            json.member("self_connected_share", map.exposedShare?.rounded(toPlaces: 6))
            json.member("by_outcome") { $0.counts(map.countByOutcome) }
            json.member("by_holder") { $0.counts(map.countByHolder) }
            json.member("parity") { $0.parity(PortParity(map.kernel)) }
            json.array("runs", map.runs) { $0.run($1) }
        }
    }

    /// The counts that exist, in the order of the cases.
    private mutating func counts<Word: CaseIterable & Hashable & RawRepresentable<String>>(_ counts: [Word: Int]) {
        object { json in
            for word in Word.allCases { json.member(word.rawValue, counts[word]) }
        }
    }

    private mutating func parity(_ parity: PortParity) {
        object { json in
            json.object("even") { $0.exposures(parity, even: true) }
            json.object("odd") { $0.exposures(parity, even: false) }
            json.member("rule", parity.sentence)
        }
    }

    private mutating func exposures(_ parity: PortParity, even isEven: Bool) {
        for kind in parity.kinds { member(kind.rawValue, parity.exposure(of: kind, even: isEven)) }
    }

    private mutating func run(_ run: PortMap.Run) {
        object { json in
            json.member("first", run.ports.first)
            json.member("last", run.ports.last)
            json.member("outcome", run.entry.outcome)
            json.member("holder", run.entry.holder)
        }
    }
}
