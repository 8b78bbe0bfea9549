// The page of an error. It has no facts about the host, because clients without access get it too.

/// What browsers get instead of the JSON of an error.
package struct ErrorPage {
    /// `404 Not Found`.
    private let status: String
    private let message: String
    private let link: PageLink

    /// The page of an error.
    ///
    /// - Parameters:
    ///   - message: the message of the JSON.
    ///   - depth: the number of segments of the requested path, from which the page links to the status page.
    package init(_ code: Int, _ reason: String, message: String, depth: Int) {
        status = "\(code) \(reason)"
        self.message = message
        link = .fromPath(depth: depth)
    }

    /// The document.
    package var html: [UInt8] {
        let root = link.page(PageQuery())
        let document = PageDocument(
            title: "\(Version.name): \(status)", isRenewed: false,
            header: """
                <p class="brand"><a href="\(root)">\(Version.name)</a></p>
                <h1>\(HTMLEscaping.escaped(status))</h1>
                """,
            sections: [
                """
                <p class="lead">\(HTMLEscaping.escaped(message))</p>
                <p><a href="\(root)">All watched ports</a></p>
                """
            ],
            footer: "<p>For programs: the same error as JSON, unless they prefer text/html.</p>")
        return document.octets
    }
}
