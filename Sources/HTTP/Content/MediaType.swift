// The media types that answers come in. They are compared with the ranges of an Accept field, so
// type, subtype and parameters are kept apart, in small letters.

/// A media type (RFC 9110 §8.3.1).
public struct MediaType: Sendable, Equatable, CustomStringConvertible {
    struct Parameter: Sendable, Equatable {
        let name: [UInt8]
        let value: [UInt8]
    }

    /// The type as it was written, for a Content-Type field.
    public let description: String
    let type: [UInt8]
    let subtype: [UInt8]
    let parameters: [Parameter]

    /// Reads a type such as `text/plain; version=0.0.4; charset=utf-8`, parameter values unquoted.
    ///
    /// Traps if it has not this form: types are written in the source, not read from clients.
    public init(_ description: String) {
        self.description = description
        let parts = description.lowercased().utf8.split(separator: UInt8(ascii: ";"))
            .map { part in part.filter { !$0.isWhiteSpace } }
        let names = parts[0].split(separator: UInt8(ascii: "/"))
        precondition(names.count == 2, "a media type has a type and a subtype")
        type = Array(names[0])
        subtype = Array(names[1])
        parameters = parts.dropFirst().map { part in
            let sides = part.split(separator: UInt8(ascii: "="))
            precondition(sides.count == 2, "a parameter has a name and a value")
            return Parameter(name: Array(sides[0]), value: Array(sides[1]))
        }
    }
}
