// The HTML page: the contents of the JSON documents, most severe first. One document without scripts that loads nothing
// but the image of the map; all untrusted text passes through `HTMLEscaping`. It does not reload itself, so that
// readers do not lose their place in a long table.

package import SelfConnect

/// `/` for browsers.
package enum StatusPage {
    /// The page of a snapshot.
    package static func html(_ snapshot: Snapshot, _ service: ServiceFacts) -> [UInt8] {
        let sections = [
            header(snapshot, service), PageMap.html(snapshot), PageTargets(snapshot).html,
            PageHolders.html(snapshot), PageEvents.html(snapshot.events), PageKernel.html(snapshot),
            footer,
        ]
        let text = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(PageSummary(snapshot).title)</title>
            <style>
            \(PageStyle.css)
            </style>
            </head>
            <body>
            \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
            </body>
            </html>

            """
        return [UInt8](text.utf8)
    }

    private static func header(_ snapshot: Snapshot, _ service: ServiceFacts) -> String {
        let summary = PageSummary(snapshot)
        let faults = [service.fault, service.reloadFault.map { "The configuration was not reloaded: \($0)" }]
            .compactMap(\.self)
        return """
            <header>
            <h1>selfconnectd</h1>
            <p class="lead">\(summary.lead)</p>
            \(faults.map { "<p class=\"fault\" role=\"alert\">\(HTMLEscaping.escaped($0))</p>" }.joined(separator: "\n"))
            <ul class="tiles">\(summary.tiles)</ul>
            <p class="quiet">As of \(PageTime.html(snapshot.at)), up for \
            \(max(.zero, snapshot.published.since(service.started)).rounded).</p>
            </header>
            """
    }

    private static let footer = """
        <footer>
        <p>For programs: <a href="v1/status">status</a>, <a href="v1/targets">targets</a>,
        <a href="v1/sockets">sockets</a>, <a href="v1/events">events</a>, <a href="v1/map">map</a>,
        <a href="v1/kernel">kernel</a>, <a href="metrics">metrics</a>, <a href="openapi.json">OpenAPI</a>.
        selfconnectd \(Version.number).</p>
        </footer>
        """
}
