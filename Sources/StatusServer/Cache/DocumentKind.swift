/// What a document is sent as.
struct DocumentKind {
    /// Its media type.
    let contentType: String
    /// What its answers depend on besides the path.
    var vary = "Accept-Encoding"
    /// Further fields of its answers.
    var fields: [(name: String, value: String)] = []

    static let json = DocumentKind(contentType: "application/json")

    /// JSON where there is a page as well.
    static let index = DocumentKind(contentType: "application/json", vary: "Accept, Accept-Encoding")

    /// A picture: nothing in it may be run or loaded, wherever it is opened.
    static let picture = DocumentKind(
        contentType: "image/svg+xml",
        fields: [("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")] + guards)

    /// A page for browsers: no scripts, nothing from elsewhere, in no frame.
    static let page = DocumentKind(
        contentType: "text/html; charset=utf-8", vary: "Accept, Accept-Encoding",
        fields: [
            (
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'"
            )
        ] + guards)

    /// A browser takes the media type as it is said, and tells no other site where it came from.
    private static var guards: [(name: String, value: String)] {
        [("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer")]
    }
}
