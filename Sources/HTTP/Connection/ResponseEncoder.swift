// Writes heads of answers. An answer carries its own fields already encoded; what is added here is
// what only the connection knows: the date, the length, and whether the connection goes on.

/// The encoding of answers for the wire.
public enum ResponseEncoder {
    /// What the answer says about the connection (RFC 9112 §9.3, §9.6).
    public enum Persistence: Sendable, Equatable {
        /// The connection goes on, which HTTP/1.1 takes for granted.
        case implied
        /// The connection goes on, which HTTP/1.0 must be told.
        case keepAlive
        /// This is the last answer.
        case close
    }

    /// Appends the head of the answer, up to and with its empty line.
    ///
    /// Content-Length is written for HEAD as for GET, since it says what GET would bring
    /// (RFC 9110 §9.3.2), and not for 204 and 304.
    public static func appendHead(
        of response: Response, at moment: Moment, persistence: Persistence, to output: inout [UInt8]
    ) {
        if response.status == .ok {
            output.append("HTTP/1.1 200 OK\r\n")
        } else {
            output.append("HTTP/1.1 ")
            output.append(decimal: response.status.code)
            output.append(UInt8.space)
            output.append(contentsOf: response.status.reason.utf8)
            output.append("\r\n")
        }
        output.append(contentsOf: moment.dateLine)
        output.append(contentsOf: response.fields.block)
        if response.status.allowsContent {
            output.append("Content-Length: ")
            output.append(decimal: response.content.count)
            output.append("\r\n")
        }
        switch persistence {
        case .implied: break
        case .keepAlive: output.append("Connection: keep-alive\r\n")
        case .close: output.append("Connection: close\r\n")
        }
        output.append("\r\n")
    }
}
