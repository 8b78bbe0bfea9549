import SelfConnect

/// `/v1/map`, and the output of `map --json`.
struct MapDocument: Encodable {
    struct Run: Encodable {
        var first: UInt16
        var last: UInt16
        var outcome: String
        var holder: String?

        init(_ run: PortMap.Run) {
            first = run.ports.first
            last = run.ports.last
            outcome = run.entry.outcome.rawValue
            holder = run.entry.holder?.rawValue
        }
    }

    struct Parity: Encodable {
        var even: [String: String]
        var odd: [String: String]
        var rule: String

        init(_ parity: PortParity) {
            func exposures(_ isEven: Bool) -> [String: String] {
                let pairs = parity.kinds.map { ($0.rawValue, parity.exposure(of: $0, even: isEven).rawValue) }
                return Dictionary(uniqueKeysWithValues: pairs)
            }
            even = exposures(true)
            odd = exposures(false)
            rule = parity.sentence
        }
    }

    var address: String
    var client = ClientKind.connect.rawValue
    var at: String
    var elapsedSeconds: Double
    var complete: Bool
    var hindrance: String?
    var ephemeralRange: KernelDocument.Range
    var reservedPorts: String
    var ports: Int
    var measured: Bool
    var selfConnectedShare: Double?
    var byOutcome: [String: Int]
    var byHolder: [String: Int]
    var parity: Parity
    var runs: [Run]

    init(_ map: PortMap) {
        address = "\(map.address)"
        at = "\(map.at)"
        elapsedSeconds = map.elapsed.inSeconds.rounded(toPlaces: 3)
        complete = map.hindrance == nil
        hindrance = map.hindrance
        ephemeralRange = KernelDocument.Range(map.kernel.ephemeralRange)
        reservedPorts = "\(map.kernel.reservedPorts.intersection(map.kernel.ephemeralRange))"
        ports = map.kernel.ephemeralRange.count
        measured = map.isMeasured
        selfConnectedShare = map.exposedShare?.rounded(toPlaces: 6)
        byOutcome = Dictionary(uniqueKeysWithValues: map.countByOutcome.map { ($0.rawValue, $1) })
        byHolder = Dictionary(uniqueKeysWithValues: map.countByHolder.map { ($0.rawValue, $1) })
        parity = Parity(PortParity(map.kernel))
        runs = map.runs.map { Run($0) }
    }
}
