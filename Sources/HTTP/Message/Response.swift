// A response. Most responses are created once per snapshot and sent many times, so the fields are stored in encoded
// form and the content is an array that all copies share. Fields that depend on the connection and the time (Date,
// Content-Length, Connection) are added by the encoder and must not be among the fields.

import Primitives

/// The response to a request.
package struct Response: Sendable, Equatable {
    /// The status.
    package let status: Status
    /// The fields, without those that the encoder writes.
    package private(set) var fields: Fields
    /// The content; the encoder omits it for HEAD.
    package private(set) var content: [UInt8]
    /// The validator of this representation, as in its ETag field.
    package private(set) var entityTag: EntityTag?
    /// The message of an error, as in its content; nil for other responses.
    package private(set) var errorMessage: String?

    /// A response with content.
    ///
    /// Traps on a status that allows no content (RFC 9112 §6.3).
    package init(_ status: Status, contentType: String, content: [UInt8], entityTag: EntityTag? = nil) {
        precondition(status.allowsContent, "the status allows no content")
        self.status = status
        self.content = content
        self.entityTag = entityTag
        fields = Fields()
        fields.append("Content-Type", contentType)
        if let entityTag { fields.append("ETag", entityTag.description) }
    }

    /// A response without content.
    package init(_ status: Status, fields: Fields = Fields(), entityTag: EntityTag? = nil) {
        self.status = status
        self.fields = fields
        self.content = []
        self.entityTag = entityTag
    }

    /// An error as JSON: `{"error":{"status":404,"message":"…"}}`.
    package init(error status: Status, message: String) {
        let document = JSONText.written { json in
            json.object { json in
                json.object("error") { json in
                    json.member("status", status.code)
                    json.member("message", message)
                }
            }
        }
        self.init(status, contentType: "application/json", content: document.octets)
        append("Cache-Control", "no-cache")
        errorMessage = message
    }

    /// This response with its content in another form, which has no validator; all other fields stay.
    ///
    /// Traps on a status that allows no content (RFC 9112 §6.3).
    package func with(contentType: String, content: [UInt8]) -> Response {
        precondition(status.allowsContent, "the status allows no content")
        var copy = self
        copy.content = content
        copy.entityTag = nil
        copy.fields = fields.filter { $0 != "content-type" && $0 != "etag" }
        copy.append("Content-Type", contentType)
        return copy
    }

    /// Adds a field.
    ///
    /// Traps on a field that the encoder writes, a name that is not a token and a value with a control character.
    package mutating func append(_ name: String, _ value: String) {
        precondition(!Response.isWrittenByEncoder(name.lowercased()), "the encoder writes this field")
        fields.append(name, value)
    }

    /// This response with an additional field.
    package func with(_ name: String, _ value: String) -> Response {
        var copy = self
        copy.append(name, value)
        return copy
    }

    private static func isWrittenByEncoder(_ name: String) -> Bool {
        ["date", "content-length", "transfer-encoding", "connection"].contains(name)
    }
}
