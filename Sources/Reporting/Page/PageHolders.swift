import SelfConnect

/// The holders of ports that clients can get.
enum PageHolders {
    private static let limit = 100

    static func html(_ snapshot: Snapshot) -> String {
        let stolen = snapshot.stolen.compactMap(\.finding.evidence.stealingConnection)
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

    /// The owner of a holder, and how it uses the port.
    static func owner(_ holder: Holder) -> String {
        let peer = holder.state == .source ? " of a connection to \(holder.socket.peer)" : ""
        return "\(names(of: holder))<small>\(holder.state.rawValue)\(peer)</small>"
    }

    private static func names(of holder: Holder) -> String {
        let socket = holder.socket
        let user = socket.inode == 0 ? nil : holder.user ?? "uid \(socket.uid)"
        let parts = [holder.unit ?? holder.ownControlGroup, holder.processText, user].compactMap(\.self)
        return parts.isEmpty ? "unknown" : parts.map { HTMLEscaping.escaped($0) }.joined(separator: ", ")
    }
}
