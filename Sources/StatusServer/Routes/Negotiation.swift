// Whether a response is a page or JSON, where there are both: errors, and the index.

import HTTP
import Reporting

extension Request {
    /// Whether a page is preferred to JSON (RFC 9110 §12.5.1). Browsers list HTML; clients that accept anything get JSON.
    var prefersPage: Bool { Accept.preferred(of: Self.forms, by: fields) == 1 }

    private static let forms = [DocumentKind.json, .page].map { MediaType($0.contentType) }
}

extension Response {
    /// An error in the form that the request prefers; any other response as it is.
    func negotiated(for request: Request) -> Response {
        guard let errorMessage else { return self }
        let error = with("Vary", "Accept")
        guard request.prefersPage else { return error }
        let page = ErrorPage(status.code, status.reason, message: errorMessage, depth: request.target.segments.count)
        let kind = DocumentKind.page
        return kind.fields.reduce(error.with(contentType: kind.contentType, content: page.html)) {
            $0.with($1.name, $1.value)
        }
    }
}
