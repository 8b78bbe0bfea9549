import SelfConnect

/// The sockets on ports that clients can get.
enum PageHolders {
    private static let limit = 50

    static func html(_ source: PageSource, _ link: PageLink) -> String {
        let census = source.snapshot.host.census
        let stolen = source.targets(.stolen).compactMap(\.finding.evidence.stealingConnection)
        // A connection on all addresses of a port is the same socket for each of its targets.
        var seen: Set<SocketRecord> = []
        let holders = (census.selfConnections + stolen + census.listeners).filter {
            $0.namespace != nil || seen.insert($0.socket).inserted
        }
        guard !holders.isEmpty else { return "" }
        let rows = holders.prefix(limit).map { holder in
            let endpoint = Target.ID(holder.socket.local, in: holder.namespace)
            return """
                <tr><th scope="row"><code>\(HTMLEscaping.escaped("\(endpoint)"))</code></th>\
                <td>\(holder.state.rawValue)</td><td>\(names(of: holder))</td></tr>
                """
        }
        let more =
            holders.count > limit
            ? "\n<p class=\"quiet\">\(limit) of \(holders.count); "
                + "<a href=\"\(link.document("v1/sockets"))\">/v1/sockets</a> has the rest.</p>"
            : ""
        return """
            <section aria-labelledby="sockets">
            <h2 id="sockets">Sockets in the range</h2>
            <table class="sockets" aria-labelledby="sockets">
            <thead><tr><th scope="col">Socket</th><th scope="col">State</th><th scope="col">Owner</th></tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            </table>\(more)
            </section>
            """
    }

    /// The owner of a holder, and how it uses the port.
    static func owner(_ holder: Holder) -> String {
        let peer = holder.state == .source ? " of a connection to \(holder.socket.peer)" : ""
        return "\(names(of: holder)) <small>\(holder.state.rawValue)\(HTMLEscaping.escaped(peer))</small>"
    }

    private static func names(of holder: Holder) -> String {
        let socket = holder.socket
        let user = socket.inode == 0 ? nil : holder.user ?? "uid \(socket.uid)"
        let parts = [holder.unit ?? holder.ownControlGroup, holder.processText, user].compactMap(\.self)
        // A closed connection belongs to no process any more.
        let unnamed = holder.state == .timeWait ? "the kernel" : "an unknown process"
        return parts.isEmpty ? unnamed : parts.map { HTMLEscaping.escaped($0) }.joined(separator: ", ")
    }
}
