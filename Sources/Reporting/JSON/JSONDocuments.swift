// Renders snapshots as JSON. A document is written by functions of JSONWriter in the files beside this one, which have
// the order of its keys; docs/api.md describes it.

package import Primitives
package import SelfConnect

/// The JSON documents.
package enum JSONDocuments {
    /// `/v1/status`.
    ///
    /// - Parameter targets: those of the snapshot.
    package static func status(_ snapshot: Snapshot, _ service: ServiceFacts, targets: TargetList) -> JSONText {
        object { json in
            json.summaryMembers(snapshot, service, targets.context.ownRemedy)
            targets.write(to: &json)
        }
    }

    /// `/v1/summary`: `/v1/status` without its targets.
    package static func summary(_ snapshot: Snapshot, _ service: ServiceFacts) -> JSONText {
        object { $0.summaryMembers(snapshot, service, snapshot.remedies[nil]) }
    }

    /// `/v1/targets`: a slice of the targets of these grades; nil: all.
    package static func targets(
        _ targets: TargetList, of grades: [TargetList.Grade]? = nil, _ slice: ListSlice = .all
    ) -> JSONText {
        object { targets.write(to: &$0, of: grades, slice) }
    }

    /// `/v1/targets/{name or endpoint}`; nil if there is none. If several targets have the name or endpoint, the most
    /// severe one; the other endpoints of its name are listed.
    ///
    /// - Parameter namespace: restricts the search to this network namespace.
    package static func target(_ name: String, in targets: TargetIndex, namespace: String? = nil) -> JSONText? {
        guard let chosen = targets.target(name, in: namespace) else { return nil }
        let others = targets.namesakes(of: chosen.target)
        return .written { $0.detailedTarget(chosen, targets.context, sameName: others.map(\.endpoint)) }
    }

    /// `/v1/kernel`.
    package static func kernel(_ snapshot: Snapshot) -> JSONText {
        .written { $0.kernel(snapshot.kernel, drift: snapshot.drift) }
    }

    /// `/v1/sockets`.
    package static func sockets(_ snapshot: Snapshot) -> JSONText {
        .written { $0.sockets(snapshot) }
    }

    /// `/v1/namespaces`.
    package static func namespaces(_ snapshot: Snapshot) -> JSONText {
        .written { $0.namespaces(snapshot) }
    }

    /// `/v1/events`.
    package static func events(_ snapshot: Snapshot, _ slice: ListSlice = .all) -> JSONText {
        .written { $0.events(snapshot.events, slice) }
    }

    /// `/v1/map`, and the output of `map --json`.
    package static func map(_ map: PortMap) -> JSONText {
        .written { $0.map(map) }
    }

    /// `/-/healthy`, with the daemon's own endpoints that are inside the ephemeral range, and other degradations.
    package static func health(exposed: [Endpoint], besides others: [String] = []) -> JSONText {
        let degradation = exposed.map { "the daemon's own port \($0) lies inside the ephemeral range" } + others
        return object { json in
            json.member("healthy", true)
            if !degradation.isEmpty { json.strings("degraded", degradation) }
        }
    }

    /// `/-/ready`.
    package static let ready = object { $0.member("ready", true) }

    /// The output of `probe --json`.
    ///
    /// - Parameter remedies: the lasting ones of their namespaces.
    package static func probe(
        _ kernel: KernelFacts, _ targets: [WatchedTarget], _ remedies: LastingRemedies
    ) -> JSONText {
        let context = TargetContext(remedies: remedies)
        return object { json in
            json.member("kernel") { $0.kernel(kernel) }
            json.array("targets", targets) { $0.provedTarget($1, context) }
        }
    }

    /// `/` for programs: the paths.
    package static func index(_ paths: [String]) -> JSONText {
        object { json in
            json.member("name", Version.name)
            json.member("version", Version.number)
            json.strings("paths", paths)
        }
    }

    private static func object(_ write: (inout JSONWriter) -> Void) -> JSONText {
        .written { $0.object(write) }
    }
}
