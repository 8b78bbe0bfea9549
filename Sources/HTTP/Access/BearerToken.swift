// Access with a token that client and daemon share (RFC 6750). The comparison takes constant time: its duration depends
// only on what the client sent, not on the secret.

/// The token that requests must contain.
package struct BearerToken: Sendable {
    private let token: [UInt8]

    /// Creates a token from the contents of a file. Leading and trailing white space and line ends are removed.
    ///
    /// - Returns: nil if the rest is empty or no client could send it: a token consists of visible ASCII.
    package init?(_ text: String) {
        let trimmed = text.utf8.drop { $0 <= 0x20 }.reversed().drop { $0 <= 0x20 }.reversed()
        guard !trimmed.isEmpty, trimmed.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        token = Array(trimmed)
    }

    /// The client's Authorization field (RFC 6750 §2.1).
    package var credentials: String { "Bearer " + String(decoding: token, as: UTF8.self) }

    /// 401 for a request without the token (RFC 9110 §15.5.2), otherwise nil.
    package func refusal(of request: Request) -> Response? {
        var credentials = 0
        var isRight = false
        request.fields.forEachValue("Authorization") { bytes, value in
            credentials += 1
            isRight = holdsToken(bytes, value)
        }
        if credentials == 1 && isRight { return nil }
        if credentials == 0 {
            return Response(error: .unauthorized, message: "Bearer token required.")
                .with("WWW-Authenticate", "Bearer realm=\"selfconnectd\"")
        }
        return Response(error: .unauthorized, message: "Invalid bearer token.")
            .with("WWW-Authenticate", "Bearer realm=\"selfconnectd\", error=\"invalid_token\"")
    }

    /// `"Bearer" 1*SP token`; the scheme is case-insensitive (RFC 9110 §11.1).
    private func holdsToken(_ bytes: Octets, _ value: Range<Int>) -> Bool {
        guard let space = bytes.firstIndex(of: .space, in: value),
            bytes.equals(value.lowerBound..<space, ignoringCase: "bearer")
        else { return false }
        return isEqual(bytes, bytes.trimmed(space..<value.upperBound))
    }

    /// Compares all octets, without an early exit.
    private func isEqual(_ bytes: Octets, _ presented: Range<Int>) -> Bool {
        var difference = UInt(bitPattern: presented.count ^ token.count)
        for offset in 0..<presented.count {
            difference |= UInt(bytes[presented.lowerBound + offset] ^ token[offset % token.count])
        }
        return difference == 0
    }
}
