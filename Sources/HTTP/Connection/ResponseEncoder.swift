// Writes the heads of responses. A response contains its own fields in encoded form; the encoder adds those that depend
// on the connection: date, length, and persistence.

/// The encoding of responses for transmission.
package enum ResponseEncoder {
    /// What the response says about the connection (RFC 9112 §9.3, §9.6).
    package enum Persistence: Sendable, Equatable {
        /// The connection persists, which is the default in HTTP/1.1.
        case implied
        /// The connection persists, which HTTP/1.0 needs to be stated.
        case keepAlive
        /// This is the last response.
        case close
    }

    /// Appends the head of the response including its empty line.
    ///
    /// Content-Length is written for HEAD as for GET, since it describes the response to GET (RFC 9110 §9.3.2), but not
    /// for 204 and 304.
    package static func appendHead(
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
