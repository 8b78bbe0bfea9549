// Reads the bearer token at the start and at each reload. A token that no client could send is rejected: it must not look like
// protection.

import Configuration
import Glibc
package import HTTP
import Linux
package import SelfConnect
import Systemd

/// A bearer token from a file.
package enum TokenFile {
    /// Maximum size in octets: a token is sent in one header field.
    static let limit = 4096

    /// The contents of the file.
    struct Reading: Sendable {
        /// The token.
        let token: BearerToken
        /// A warning about the file; nil if there is none.
        let warning: String?
    }

    /// Reads a client's token.
    ///
    /// - Throws: why it cannot be used.
    package static func token(in path: String) throws(ParseError) -> BearerToken {
        try read(path).token
    }

    /// Reads the configured token.
    ///
    /// - Throws: `.settings`, with the position in the configuration file.
    static func read(_ source: Located<TokenSource>, file: String?) throws(LaunchError) -> Reading {
        do throws(ParseError) {
            return try read(path(of: source.value))
        } catch {
            throw .settings([source.prefix(file) + error.message])
        }
    }

    private static func path(of source: TokenSource) throws(ParseError) -> String {
        switch source {
        case .file(let named): return named
        case .credential(let name):
            guard let found = Credential.path(of: name) else {
                throw ParseError("the service manager passes no credentials: add LoadCredential=\(name)")
            }
            return found
        }
    }

    private static func read(_ path: String) throws(ParseError) -> Reading {
        let contents: (bytes: [UInt8], mode: UInt32)
        do throws(SystemCallError) {
            contents = try KernelFile.withMode(path, limit: limit)
        } catch  where error.code == EINVAL {
            throw ParseError("the token cannot be read: \(path) must be a regular file")
        } catch {
            throw ParseError("the token cannot be read: \(error)")
        }
        guard contents.bytes.contains(where: { $0 > 0x20 }) else {
            throw ParseError("\(path) is empty: write a token into it")
        }
        guard let token = BearerToken(String(decoding: contents.bytes, as: UTF8.self)) else {
            throw ParseError("\(path) holds more than one word of visible ASCII, which no client could send")
        }
        let isShared = contents.mode & 0o004 != 0
        return Reading(
            token: token,
            warning: isShared ? "every user of this host can read the token in \(path): restrict its mode" : nil)
    }
}
