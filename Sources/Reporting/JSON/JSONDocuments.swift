// Snapshot in, JSON out. Keys are sorted, so that the same snapshot gives the same octets.

import FoundationEssentials
package import SelfConnect

/// The JSON answers. Each ends with a line feed, for terminals.
package enum JSONDocuments {
    /// `/v1/status`.
    ///
    /// - Parameter targets: the snapshot's.
    package static func status(_ snapshot: Snapshot, _ service: ServiceFacts, targets: TargetList) -> [UInt8] {
        targets.document(after: encode(StatusDocument(snapshot, service)))
    }

    /// `/v1/targets`, those of these grades; nil means all.
    package static func targets(_ targets: TargetList, of grades: [TargetList.Grade]? = nil) -> [UInt8] {
        targets.document(of: grades)
    }

    /// `/v1/targets/{name or endpoint}`; nil where there is none. Of several targets with the name or the endpoint it
    /// is the gravest, and the others of its name are named.
    ///
    /// - Parameter namespace: looks in this network namespace alone.
    package static func target(_ name: String, in targets: TargetIndex, namespace: String? = nil) -> [UInt8]? {
        func isWanted(_ watched: WatchedTarget) -> Bool { namespace == nil || watched.target.namespace == namespace }
        let byEndpoint = ((try? Endpoint(name)).map { targets.at($0) } ?? []).filter(isWanted)
        let found = byEndpoint.isEmpty ? targets.named(name).filter(isWanted) : byEndpoint
        let chosen = found.min { rank($0.finding.assessment.verdict) < rank($1.finding.assessment.verdict) }
        guard let chosen else { return nil }
        let others = targets.named(chosen.target.name).map(\.target).filter { $0.id != chosen.target.id }
        return encode(TargetDocument(chosen).detailed(chosen, sameName: others.map(\.endpoint)))
    }

    /// `/v1/kernel`.
    package static func kernel(_ snapshot: Snapshot) -> [UInt8] {
        encode(KernelDocument(snapshot.kernel, drift: snapshot.drift))
    }

    /// `/v1/sockets`.
    package static func sockets(_ snapshot: Snapshot) -> [UInt8] {
        encode(SocketsDocument(snapshot))
    }

    /// `/v1/namespaces`.
    package static func namespaces(_ snapshot: Snapshot) -> [UInt8] {
        encode(NamespacesDocument(snapshot))
    }

    /// `/v1/events`.
    package static func events(_ snapshot: Snapshot) -> [UInt8] {
        encode(EventsDocument(snapshot.events))
    }

    /// `/v1/map`, and what `map --json` prints.
    package static func map(_ map: PortMap) -> [UInt8] {
        encode(MapDocument(map))
    }

    /// `/-/healthy`, with those of the daemon's own endpoints that lie inside the ephemeral range, and what is amiss besides.
    package static func health(exposed: [Endpoint], besides others: [String] = []) -> [UInt8] {
        let degradation = exposed.map { "the daemon's own port \($0) lies inside the ephemeral range" } + others
        return encode(HealthDocument(healthy: true, degraded: degradation.isEmpty ? nil : degradation))
    }

    /// What `probe --json` prints.
    package static func probe(_ kernel: KernelFacts, _ targets: [WatchedTarget]) -> [UInt8] {
        TargetList(targets).document(after: encode(ProbeDocument(kernel: KernelDocument(kernel))))
    }

    /// `/` for programs: what there is.
    package static func index(_ paths: [String]) -> [UInt8] {
        encode(["name": [Version.name], "version": [Version.number], "paths": paths])
    }

    private static func rank(_ verdict: Verdict) -> Int { Verdict.allCases.firstIndex(of: verdict) ?? 0 }

    static func encode(_ document: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // The documents hold strings, whole numbers and finite fractions only.
        guard var data = try? encoder.encode(document) else { preconditionFailure("a document that is no JSON") }
        data.append(UInt8(ascii: "\n"))
        return [UInt8](data).printableJSON
    }
}
