import SelfConnect

/// What is wrong now: sockets that are connected to themselves, and ports that servers cannot bind, with the steps that
/// end it.
struct PageTroubles {
    /// Endpoints that one socket has, and what ends that.
    private struct Trouble {
        /// The endpoints that are shown, as HTML.
        var endpoints: [String]
        /// The number of endpoints that are not shown.
        var more = 0
        /// The target's name; nil if the port is not watched.
        let name: String?
        let verdict: Verdict
        let severity: Severity
        /// Since when, if it is known.
        let since: Timestamp?
        let holder: Holder?
        let steps: [RemedyStep]
        let namespace: String?
    }

    /// What targets of one trouble have in common.
    private struct Cause: Hashable {
        let name: String
        let verdict: Verdict
        let socket: SocketRecord
    }

    /// More are found in the table.
    private static let limit = 5
    /// A port may be watched on all addresses of the host.
    private static let endpointLimit = 10

    private let now: Timestamp
    private let link: PageLink
    private var troubles: [Trouble] = []
    /// The index of the trouble of each cause.
    private var places: [Cause: Int] = [:]

    init(_ source: PageSource, _ link: PageLink) {
        self.link = link
        now = source.snapshot.times.published
        let troubled = Verdict.allCases.filter(\.isTrouble).flatMap { source.targets($0) }
        troubled.forEach { add($0) }
        let others = source.snapshot.unwatchedSelfConnections
        guard !others.isEmpty else { return }
        let names = Dictionary(source.snapshot.targets.lazy.map { ($0.target.id, $0.target.name) }) { first, _ in first
        }
        for holder in others {
            let id = Target.ID(holder.socket.local.unmapped, in: holder.namespace)
            add(holder, on: id, of: names[id])
        }
    }

    /// Targets that one socket has and that one name has, such as a port on the loopback addresses of both families, are
    /// one trouble.
    private mutating func add(_ watched: WatchedTarget) {
        let target = watched.target
        let assessment = watched.finding.assessment
        let cause = assessment.holder.map {
            Cause(name: target.name, verdict: assessment.verdict, socket: $0.socket)
        }
        if let place = cause.flatMap({ places[$0] }) {
            if troubles[place].endpoints.count < Self.endpointLimit {
                troubles[place].endpoints.append(html(target))
            } else {
                troubles[place].more += 1
            }
            return
        }
        if let cause { places[cause] = troubles.count }
        troubles.append(
            Trouble(
                endpoints: [html(target)], name: target.name, verdict: assessment.verdict,
                severity: assessment.severity, since: watched.current.at, holder: assessment.holder,
                steps: watched.finding.steps, namespace: target.namespace))
    }

    private func html(_ target: Target) -> String {
        "<a href=\"\(link.page(of: target))\"><code>\(HTMLEscaping.escaped("\(target.id)"))</code></a>"
    }

    /// A self-connection that no verdict shows; without a name its port is not watched.
    private mutating func add(_ holder: Holder, on id: Target.ID, of name: String?) {
        troubles.append(
            Trouble(
                endpoints: ["<code>\(HTMLEscaping.escaped("\(id)"))</code>"], name: name, verdict: .selfConnected,
                severity: .critical, since: nil, holder: holder, steps: holder.stepsToFree, namespace: holder.namespace)
        )
    }

    /// A card for each; empty if nothing is wrong.
    var html: String {
        guard !troubles.isEmpty else { return "" }
        let rest = troubles.count - Self.limit
        let all = PageQuery().changed { $0.verdicts = Set(Verdict.allCases.filter(\.isTrouble)) }
        let places = "<a href=\"\(link.page(all))\">watched ports</a> and <a href=\"#sockets\">sockets</a>"
        let more = rest > 0 ? "\n<p>\(rest) more: see the \(places).</p>" : ""
        return """
            <section class="now" aria-labelledby="now">
            <h2 id="now">Wrong now</h2>
            \(troubles.prefix(Self.limit).map(card).joined(separator: "\n"))\(more)
            </section>
            """
    }

    private func card(_ trouble: Trouble) -> String {
        let more = trouble.more > 0 ? " and \(trouble.more) more" : ""
        let age = trouble.since.map { " <small>for \(PageTime.age(of: $0, at: now))</small>" } ?? ""
        return """
            <article class="card \(trouble.severity.rawValue)">
            <h3>\(trouble.endpoints.joined(separator: ", "))\(more) \(HTMLEscaping.escaped(trouble.name ?? "not watched")) \
            <span class="badge">\(trouble.verdict.rawValue)</span>\(age)</h3>
            <p>Held by \(trouble.holder.map { PageHolders.owner($0) } ?? "no visible socket")</p>
            \(PageRemedy.steps(trouble.steps, in: trouble.namespace))</article>
            """
    }
}
