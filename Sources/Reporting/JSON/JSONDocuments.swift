// Renders snapshots as JSON. Keys are sorted, so that equal snapshots give equal octets.

import FoundationEssentials
package import SelfConnect

/// The JSON documents. Each ends with a line feed, for terminals.
package enum JSONDocuments {
    /// `/v1/status`.
    ///
    /// - Parameter targets: those of the snapshot.
    package static func status(_ snapshot: Snapshot, _ service: ServiceFacts, targets: TargetList) -> [UInt8] {
        targets.document(after: encode(StatusDocument(snapshot, service)))
    }

    /// `/v1/summary`: `/v1/status` without its targets.
    package static func summary(_ snapshot: Snapshot, _ service: ServiceFacts) -> [UInt8] {
        encode(StatusDocument(snapshot, service))
    }

    /// `/v1/targets`: the targets of these grades; nil: all.
    package static func targets(_ targets: TargetList, of grades: [TargetList.Grade]? = nil) -> [UInt8] {
        targets.document(of: grades)
    }

    /// `/v1/targets/{name or endpoint}`; nil if there is none. If several targets have the name or endpoint, the most
    /// severe one; the other endpoints of its name are listed.
    ///
    /// - Parameter namespace: restricts the search to this network namespace.
    package static func target(_ name: String, in targets: TargetIndex, namespace: String? = nil) -> [UInt8]? {
        func isWanted(_ watched: WatchedTarget) -> Bool { namespace == nil || watched.target.namespace == namespace }
        let byEndpoint = ((try? Endpoint(name)).map { targets.at($0) } ?? []).filter(isWanted)
        let found = byEndpoint.isEmpty ? targets.named(name).filter(isWanted) : byEndpoint
        let chosen = found.min { rank($0.finding.assessment.verdict) < rank($1.finding.assessment.verdict) }
        guard let chosen else { return nil }
        let others = targets.named(chosen.target.name).map(\.target).filter { $0.id != chosen.target.id }
        return encode(
            TargetDocument(chosen, targets.context).detailed(chosen, sameName: others.map(\.endpoint)))
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

    /// `/v1/map`, and the output of `map --json`.
    package static func map(_ map: PortMap) -> [UInt8] {
        encode(MapDocument(map))
    }

    /// `/-/healthy`, with the daemon's own endpoints that are inside the ephemeral range, and other degradations.
    package static func health(exposed: [Endpoint], besides others: [String] = []) -> [UInt8] {
        let degradation = exposed.map { "the daemon's own port \($0) lies inside the ephemeral range" } + others
        return encode(HealthDocument(healthy: true, degraded: degradation.isEmpty ? nil : degradation))
    }

    /// What `probe --json` prints.
    package static func probe(
        _ kernel: KernelFacts, _ targets: [WatchedTarget], _ remedies: LastingRemedies
    ) -> [UInt8] {
        TargetList(targets, TargetContext(remedies: remedies)).document(
            after: encode(ProbeDocument(kernel: KernelDocument(kernel))))
    }

    /// `/` for programs: the paths.
    package static func index(_ paths: [String]) -> [UInt8] {
        encode(["name": [Version.name], "version": [Version.number], "paths": paths])
    }

    private static func rank(_ verdict: Verdict) -> Int { Verdict.allCases.firstIndex(of: verdict) ?? 0 }

    static func encode(_ document: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // The documents only contain strings, integers and finite fractions.
        guard var data = try? encoder.encode(document) else { preconditionFailure("a document that is no JSON") }
        data.append(UInt8(ascii: "\n"))
        return [UInt8](data).printableJSON
    }
}
