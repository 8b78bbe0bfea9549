import SelfConnect

/// `/v1/namespaces`.
struct NamespacesDocument: Encodable {
    struct Entry: Encodable {
        var name: String
        var origin: String
        var inode: UInt64
        var ephemeralRange: KernelDocument.Range?
        var reservedPorts: String?
        var byVerdict: [String: Int]
        var ephemeralListeners: Int
        var selfConnections: Int
        var lastVisit: String?
        var visitSeconds: Double?
        var connectionsSeen: String?
        var fault: String?

        init(_ report: NamespaceReport, _ counts: [Verdict: Int]) {
            name = report.label.text
            origin = report.label.origin.rawValue
            inode = report.inode
            ephemeralRange = report.kernel.map { KernelDocument.Range($0.ephemeralRange) }
            reservedPorts = report.kernel.map { "\($0.reservedPorts)" }
            byVerdict = Dictionary(uniqueKeysWithValues: counts.map { ($0.rawValue, $1) })
            ephemeralListeners = report.census.listeners.count
            selfConnections = report.census.selfConnections.count
            lastVisit = report.visited.map { "\($0)" }
            visitSeconds = report.visited.map { _ in report.cost.inSeconds.rounded(toPlaces: 6) }
            connectionsSeen = report.connectionsSeen.map { "\($0)" }
            fault = report.fault
        }
    }

    var at: String
    var namespaces: [Entry]

    init(_ snapshot: Snapshot) {
        let counts = snapshot.countByNamespace
        at = "\(snapshot.at)"
        namespaces = snapshot.namespaces.map { Entry($0, counts[$0.name] ?? [:]) }
    }
}
