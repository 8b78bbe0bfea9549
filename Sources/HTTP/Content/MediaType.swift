// The media types of responses. They are compared with the ranges of an Accept field, so type, subtype and parameters
// are stored separately, in lower case.

/// A media type (RFC 9110 §8.3.1).
package struct MediaType: Sendable, Equatable, CustomStringConvertible {
    struct Parameter: Sendable, Equatable {
        let name: [UInt8]
        let value: [UInt8]
    }

    /// The type as written, for a Content-Type field.
    package let description: String
    let type: [UInt8]
    let subtype: [UInt8]
    let parameters: [Parameter]

    /// Parses a type such as `text/plain; version=0.0.4; charset=utf-8`, parameter values unquoted.
    ///
    /// Traps on any other form: types are literals in the source, not input of clients.
    package init(_ description: String) {
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
