// The frame of every page. A page is one document without scripts that loads nothing but the image of the map; all
// untrusted text passes through `HTMLEscaping`. It renews itself by a refresh without an address, which browsers treat
// as a reload: they keep the position and the query.

import SelfConnect

/// A page as HTML.
struct PageDocument {
    /// Seconds after which a page renews itself.
    static let interval = 30

    /// The title in the browser's tab.
    var title: String
    /// Whether it renews itself.
    var isRenewed: Bool
    /// Above the main part.
    var header: String
    /// The sections of the main part; empty ones are omitted.
    var sections: [String]
    /// Below the main part.
    var footer: String

    /// The document.
    var octets: [UInt8] {
        let refresh = isRenewed ? "<meta http-equiv=\"refresh\" content=\"\(Self.interval)\">\n" : ""
        let text = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            \(refresh)<title>\(HTMLEscaping.escaped(title))</title>
            <style>
            \(PageStyle.css)
            </style>
            </head>
            <body>
            <header>
            \(header)
            </header>
            <main>
            \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
            </main>
            <footer>
            \(footer)
            </footer>
            </body>
            </html>

            """
        return [UInt8](text.utf8)
    }

    /// The host in titles and headings; the name of the program if the host has none.
    static func host(_ service: ServiceFacts) -> String {
        service.hostname.isEmpty ? Version.name : service.hostname
    }

    /// The time of the pass, and the switch of the renewal.
    ///
    /// - Parameter other: the address of the same page with the renewal switched over, as the value of an attribute.
    static func freshness(_ snapshot: Snapshot, isRenewed: Bool, other: String) -> String {
        let renewal =
            isRenewed
            ? "Renewed every \(interval) s. <a href=\"\(other)\">Stop renewing</a>"
            : "Not renewed. <a href=\"\(other)\">Renew every \(interval) s</a>"
        return "<p class=\"fresh\">As of \(PageTime.html(snapshot.times.lastPass))<br>\(renewal)</p>"
    }
}
