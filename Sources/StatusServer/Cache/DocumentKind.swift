/// The format of a document.
struct DocumentKind {
    /// The media type.
    let contentType: String
    /// The fields that select a representation.
    var vary = "Accept-Encoding"
    /// Additional fields of its responses.
    var fields: [(name: String, value: String)] = []

    static let json = DocumentKind(contentType: "application/json")

    /// JSON at a path that also has an HTML page.
    static let index = DocumentKind(contentType: "application/json", vary: "Accept, Accept-Encoding")

    /// An SVG image: scripts and external resources are disabled, wherever it is opened.
    static let picture = DocumentKind(
        contentType: "image/svg+xml",
        fields: [("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")] + guards)

    /// An HTML page: no scripts, no external resources, no framing, forms to this server only.
    static let page = DocumentKind(
        contentType: "text/html; charset=utf-8",
        fields: [
            (
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'self';"
                    + " frame-ancestors 'none'"
            )
        ] + guards)

    /// The HTML page at a path that also has JSON.
    static let indexPage = DocumentKind(contentType: page.contentType, vary: index.vary, fields: page.fields)

    /// Browsers must not guess the media type, and must not send a referrer to other sites.
    private static var guards: [(name: String, value: String)] {
        [("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer")]
    }
}
