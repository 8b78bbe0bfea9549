// The HTTP section: access rules, and limits on the resources of clients.

import SelfConnect

extension Configuration {
    /// `http:`
    package struct HTTP: Hashable, Sendable {
        /// Maximum number of connections; 1 to 65,536.
        package var connections = 256
        /// Maximum number of connections per IPv4 address or IPv6 /64 network; 1 to 65,536. Does not apply to unix
        /// sockets.
        package var connectionsPerClient = 128
        /// Maximum octets of a request line; 1,024 to 65,536, at most the size of a head.
        package var requestLineSize = 8_192
        /// Maximum octets of a request head; 1,024 to 1,048,576.
        package var headSize = 16_384
        /// Maximum field lines in a head; 10 to 1,000.
        package var fields = 100
        /// Maximum octets of a request body, which is read and discarded; 1 to 16,777,216.
        package var contentSize = 65_536
        /// Maximum requests per connection; 1 to 1,000,000.
        package var requestsPerConnection = 1_000
        /// Octets of unsent output at which no further requests of a client are processed; 4,096 to 16,777,216.
        package var pendingOutput = 262_144
        /// `header-timeout:` and the others.
        package var timeouts = Timeouts()
        /// `unix-mode:` and `unix-group:`
        package var unixSocket = UnixSocket()
        /// Source of the bearer token; nil: no token.
        package var token: Located<TokenSource>?
        /// Whether requests need no token even if other hosts can reach the listener. Excludes a token.
        package var isOpen = false

        /// The defaults.
        package init() {}

        /// Time limits of a connection.
        package struct Timeouts: Hashable, Sendable {
            /// For a request head; 100 ms to 1 h.
            package var header = Duration.seconds(10)
            /// For a request body; 100 ms to 1 h.
            package var content = Duration.seconds(10)
            /// Idle time after which a connection is closed; 100 ms to 1 h.
            package var idle = Duration.seconds(60)
            /// How long a client may go without reading any of its response; 100 ms to 1 h.
            package var write = Duration.seconds(30)
            /// How long a client may continue to send after its last response; 100 ms to 1 min.
            package var linger = Duration.seconds(2)
        }

        /// Access to unix socket files.
        package struct UnixSocket: Hashable, Sendable {
            /// Permissions.
            package var mode: UInt32 = 0o660
            /// The group; nil: the group of the process.
            package var group: Located<String>?
        }
    }
}

/// Source of the bearer token.
package enum TokenSource: Hashable, Sendable {
    /// In the file at this absolute path.
    case file(String)
    /// In the credential of this name, which the service manager passes (systemd.exec(5), `LoadCredential=`).
    case credential(String)
}

extension ValueDecoder where Value == Configuration.HTTP {
    /// `http:`
    static var http: ValueDecoder {
        mapping("keys such as connections:", into: Value()) { fields, http in
            readSizes(&fields, &http)
            readTimeouts(&fields, &http)
            readAccess(&fields, &http)
        }
    }

    private static func readSizes(_ fields: inout MappingDecoder, _ http: inout Value) {
        fields.read("connections", .number(1...65_536), into: &http.connections)
        fields.read("connections-per-client", .number(1...65_536), into: &http.connectionsPerClient)
        fields.read("fields", .number(10...1_000), into: &http.fields)
        fields.read("content-size", .number(1...16_777_216), into: &http.contentSize)
        fields.read("requests-per-connection", .number(1...1_000_000), into: &http.requestsPerConnection)
        fields.read("pending-output", .number(4_096...16_777_216), into: &http.pendingOutput)
        let isClean = fields.report.isClean {
            fields.read("request-line-size", .number(1_024...65_536), into: &http.requestLineSize)
            fields.read("head-size", .number(1_024...1_048_576), into: &http.headSize)
        }
        guard isClean, http.requestLineSize > http.headSize else { return }
        fields.report.add(
            "a request line of \(http.requestLineSize) bytes does not fit into a head of \(http.headSize): "
                + "lower request-line-size or raise head-size",
            at: fields.place(of: "request-line-size") ?? fields.place(of: "head-size") ?? fields.position)
    }

    private static func readTimeouts(_ fields: inout MappingDecoder, _ http: inout Value) {
        let timeout = ValueDecoder<Duration>.duration(.milliseconds(100) ... .seconds(3600))
        fields.read("header-timeout", timeout, into: &http.timeouts.header)
        fields.read("content-timeout", timeout, into: &http.timeouts.content)
        fields.read("idle-timeout", timeout, into: &http.timeouts.idle)
        fields.read("write-timeout", timeout, into: &http.timeouts.write)
        fields.read("linger-timeout", .duration(.milliseconds(100) ... .seconds(60)), into: &http.timeouts.linger)
    }

    private static func readAccess(_ fields: inout MappingDecoder, _ http: inout Value) {
        fields.read("unix-mode", .mode, into: &http.unixSocket.mode)
        let group = ValueDecoder<String>.text("the name of a group", atMost: 32)
        fields.read("unix-group", group.located().optional(), into: &http.unixSocket.group)
        let file = ValueDecoder<String>.path("the path of a file").map { path throws(ParseError) in
            TokenSource.file(path)
        }
        fields.read("token-file", file.located().optional(), into: &http.token)
        fields.read("token-credential", ValueDecoder<TokenSource>.credential.located().optional(), into: &http.token)
        fields.read("open", .boolean, into: &http.isOpen)
        if fields.place(of: "token-file") != nil, let place = fields.place(of: "token-credential") {
            fields.report.add("token-file and token-credential exclude each other: remove one of them", at: place)
        }
        for key in ["token-file", "token-credential"] {
            guard http.isOpen, fields.place(of: key) != nil, let place = fields.place(of: "open") else { continue }
            fields.report.add("open: true and \(key) exclude each other: remove one of them", at: place)
        }
    }
}

extension ValueDecoder where Value == UInt32 {
    /// Permission bits in octal digits, as in chmod(1).
    fileprivate static var mode: ValueDecoder {
        ValueDecoder<String>.text("permission bits such as 0660").map { text throws(ParseError) in
            let areDigits = text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "7")).contains)
            guard areDigits, (3...4).contains(text.utf8.count), let mode = UInt32(text, radix: 8), mode <= 0o777 else {
                throw ParseError(
                    "\(text.quoted) is not a mode: write three or four octal digits, as in 0660, at most 0777")
            }
            return mode
        }
    }
}

extension ValueDecoder where Value == TokenSource {
    /// The name of a credential: a file name without a directory.
    fileprivate static var credential: ValueDecoder {
        ValueDecoder<String>.text("the name of a credential", atMost: 255).map { text throws(ParseError) in
            guard !text.isEmpty, text != ".", text != "..", !text.utf8.contains(UInt8(ascii: "/")) else {
                throw ParseError("\(text.quoted) is not the name of a credential: write it as in LoadCredential=")
            }
            return .credential(text)
        }
    }
}
