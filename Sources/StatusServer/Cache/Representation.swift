import Compression
import HTTP
import Primitives

/// A document in its transmitted form, plain and, for clients that accept it, compressed: created once and served from
/// memory.
struct Representation {
    private let kind: DocumentKind
    private let plain: Response
    private var compressed: Response?
    /// A different representation needs a different validator (RFC 9110 §8.8.3.3).
    private let compressedTag: EntityTag

    /// Smaller documents fit into one segment with their head anyway.
    static let smallest = 1_024

    /// A document with its validator. The response depends on Accept-Encoding even if the document is too small to
    /// compress, because later versions of it may not be.
    init(_ content: [UInt8], _ kind: DocumentKind) {
        self.init(JSONText(content), kind)
    }

    /// A JSON document with its validator: a weak one if octets outside the fingerprint may differ.
    init(_ document: JSONText, _ kind: DocumentKind = .json) {
        self.kind = kind
        let fingerprint = document.fingerprint.text
        let isWeak = !document.isFingerprintComplete
        plain = Self.response(document.octets, kind, tag: EntityTag(fingerprint, isWeak: isWeak))
        compressedTag = EntityTag("\(fingerprint)-gzip", isWeak: isWeak)
    }

    /// Octets of the document, not compressed.
    var count: Int { plain.content.count }

    /// The response in the coding that the request prefers.
    ///
    /// - Parameter isPassing: whether this may be the only response, so that compression is not worthwhile: it is only
    ///   done for clients that accept nothing else.
    mutating func answer(to request: Request, isPassing: Bool = false) -> Response {
        guard plain.content.count >= Self.smallest, AcceptEncoding.preferred(by: request.fields) == .gzip else {
            return plain
        }
        if let present = present(with: request) { return present }
        if let compressed { return compressed }
        if isPassing, AcceptEncoding.allowsIdentity(by: request.fields) { return plain }
        let member = GzipPiece.member(of: [GzipPiece(plain.content)])
        let response = Self.response(member, kind, tag: compressedTag).with("Content-Encoding", "gzip")
        compressed = response
        return response
    }

    /// 304 for a client that has the document in either coding: needs no compression.
    private func present(with request: Request) -> Response? {
        let shell = Self.response([], kind, tag: compressedTag).conditional(on: request)
        if shell.status == .notModified { return shell }
        guard AcceptEncoding.allowsIdentity(by: request.fields) else { return nil }
        let other = plain.conditional(on: request)
        return other.status == .notModified ? other : nil
    }

    private static func response(_ content: [UInt8], _ kind: DocumentKind, tag: EntityTag) -> Response {
        let response = Response(.ok, contentType: kind.contentType, content: content, entityTag: tag)
            .with("Cache-Control", "no-cache").with("Vary", kind.vary)
        return kind.fields.reduce(response) { $0.with($1.name, $1.value) }
    }
}
