import SelfConnect

/// `/v1/sockets`.
struct SocketsDocument: Encodable {
    struct Stolen: Encodable {
        var target: String
        var holder: HolderDocument
    }

    /// Lists of a stranger's making are cut here; the rest is counted.
    static let limit = 10_000

    var at: String
    var listeners: [HolderDocument]
    var selfConnections: [HolderDocument]
    var stolenPorts: [Stolen]
    var leftOut: Int

    init(_ snapshot: Snapshot) {
        let census = snapshot.census
        at = "\(snapshot.at)"
        listeners = census.listeners.prefix(Self.limit).map { HolderDocument($0) }
        selfConnections = census.selfConnections.prefix(Self.limit).map { HolderDocument($0) }
        stolenPorts = census.stolen.sorted { $0.key < $1.key }.prefix(Self.limit).map {
            Stolen(target: "\($0.key)", holder: HolderDocument($0.value))
        }
        let all = census.listeners.count + census.selfConnections.count + census.stolen.count
        leftOut = all - listeners.count - selfConnections.count - stolenPorts.count
    }
}
