import SelfConnect

/// `/v1/sockets`.
struct SocketsDocument: Encodable {
    struct Stolen: Encodable {
        var target: String
        var holder: HolderDocument
    }

    /// Limit on lists that any local user can fill; the rest is counted.
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
        let stolen = snapshot.stolen
        stolenPorts = stolen.prefix(Self.limit).compactMap { watched in
            watched.finding.evidence.stealingConnection.map {
                Stolen(target: "\(watched.target.id)", holder: HolderDocument($0))
            }
        }
        let all = census.listeners.count + census.selfConnections.count + stolen.count
        leftOut = all - listeners.count - selfConnections.count - stolenPorts.count
    }
}
