// The parts of the page below the table of targets.

import SelfConnect

/// The picture of the map, or why there is none.
enum PageMap {
    static func html(_ state: PortMapState) -> String {
        let body =
            switch state {
            case .taken(let map):
                "<div class=\"map\"><a href=\"v1/map.svg\"><img src=\"v1/map.svg\" width=\"1016\" alt=\"\(alternative(map))\">"
                    + "</a></div>"
            case .awaited: "<p class=\"quiet\">The first sweep of the range is under way.</p>"
            case .off: "<p class=\"quiet\">The range is not swept: <code>map.interval</code> is 0s.</p>"
            }
        return "<section>\n<h2>The ephemeral range</h2>\n\(body)\n</section>"
    }

    private static func alternative(_ map: PortMap) -> String { Markup.escaped(MapSummary(map).text) }
}

/// Who has ports that clients are given.
enum PageHolders {
    private static let limit = 100

    static func html(_ snapshot: Snapshot) -> String {
        let stolen = snapshot.stolen.compactMap(\.finding.evidence.thief)
        let holders = snapshot.census.selfConnections + stolen + snapshot.census.listeners
        guard !holders.isEmpty else { return "" }
        let rows = holders.prefix(limit).map { holder in
            """
            <tr><td><code>\(holder.socket.local)</code></td><td>\(holder.state.rawValue)</td>\
            <td>\(names(of: holder))</td></tr>
            """
        }
        let more =
            holders.count > limit
            ? "\n<p class=\"quiet\">\(limit) of \(holders.count); <a href=\"v1/sockets\">/v1/sockets</a> has the rest.</p>"
            : ""
        return """
            <section>
            <h2>Sockets in the range</h2>
            <table>
            <thead><tr><th scope="col">Socket</th><th scope="col">State</th><th scope="col">Owner</th></tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            </table>\(more)
            </section>
            """
    }

    /// Who a holder is, and how he has the port.
    static func owner(_ holder: Holder) -> String {
        let peer = holder.state == .source ? " of a connection to \(holder.socket.peer)" : ""
        return "\(names(of: holder))<small>\(holder.state.rawValue)\(peer)</small>"
    }

    private static func names(of holder: Holder) -> String {
        let socket = holder.socket
        let process = holder.command.map { command in holder.pid.map { "\(command) (pid \($0))" } ?? command }
        let user = socket.inode == 0 ? nil : holder.user ?? "uid \(socket.uid)"
        let group = holder.controlGroup == "/" ? nil : holder.controlGroup
        let parts = [holder.unit ?? group, process, user].compactMap(\.self)
        return parts.isEmpty ? "unknown" : parts.map { Markup.escaped($0) }.joined(separator: ", ")
    }
}

/// What happened last.
enum PageEvents {
    private static let limit = 25

    static func html(_ log: EventLog) -> String {
        guard !log.events.isEmpty else { return "" }
        let items = log.events.reversed().prefix(limit).map { event in
            let endpoint = event.endpoint.map { "<code>\($0)</code> " } ?? ""
            let verdict = event.verdict.map { "<b>\($0.rawValue)</b> " } ?? ""
            return """
                <li class="\(event.severity.rawValue)">\(PageTime.html(event.at)) \(endpoint)\(verdict)\
                \(Markup.escaped(event.message))</li>
                """
        }
        return """
            <section>
            <h2>What happened last</h2>
            <ul class="events">
            \(items.joined(separator: "\n"))
            </ul>
            </section>
            """
    }
}

/// The kernel's facts.
enum PageKernel {
    private static let longest = 400

    static func html(_ snapshot: Snapshot) -> String {
        let facts = snapshot.kernel
        let reserved = "\(facts.reservedPorts)"
        let ports = facts.reservedPorts.count
        var rows = [
            ("Ephemeral range", "\(facts.ephemeralRange), \(facts.ephemeralRange.count) ports"),
            ("Reserved ports", ports == 0 ? "none" : reserved.utf8.count <= longest ? reserved : "\(ports) ports"),
            ("Kernel", Markup.escaped(facts.release)),
            ("Directed probe", facts.directedProbe ? "yes" : "no: this kernel has no IP_LOCAL_PORT_RANGE"),
            ("Sockets of others", facts.sockets.rawValue + (facts.showsBoundSockets ? "" : ", without bound ones")),
        ]
        if let width = facts.stepWidth { rows.append(("Port step width", "\(width)")) }
        if let last = snapshot.drift.last {
            rows.append(("Changed", "\(snapshot.drift.count) times, last \(PageTime.html(last))"))
        }
        return """
            <section>
            <h2>The kernel's choice of ports</h2>
            <p class="quiet">\(PortParity(facts.ephemeralRange).sentence)</p>
            <dl>\(rows.map { "<dt>\($0)</dt><dd>\($1)</dd>" }.joined(separator: "\n"))</dl>
            </section>
            """
    }
}
