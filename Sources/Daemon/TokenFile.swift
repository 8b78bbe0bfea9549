// The file with the bearer token, read once at the start: a token that nobody could send must not look like protection.

import HTTP
import Linux
import Settings
import Systemd

/// A bearer token from a file.
enum TokenFile {
    /// Octets that a file may have: a token travels in one field of a request's head.
    static let limit = 4096

    /// What was found.
    struct Reading: Sendable {
        /// The token.
        let token: BearerToken
        /// What is unwise about the file; nil if nothing is.
        let warning: String?
    }

    /// Reads the token.
    ///
    /// - Throws: `.settings`, with the place in the configuration file.
    static func read(_ source: Located<TokenSource>, file: String?) throws(LaunchFault) -> Reading {
        let path: String
        switch source.value {
        case .file(let named): path = named
        case .credential(let name):
            guard let found = Credential.path(of: name) else {
                throw fault(source, file, "the service manager passes no credentials: add LoadCredential=\(name)")
            }
            path = found
        }
        let contents: (bytes: [UInt8], mode: UInt32)
        do throws(SystemCallError) {
            contents = try SmallFile.withMode(path, limit: limit)
        } catch {
            throw fault(source, file, "the token cannot be read: \(error)")
        }
        guard contents.bytes.contains(where: { $0 > 0x20 }) else {
            throw fault(source, file, "\(path) is empty: write a token into it")
        }
        guard let token = BearerToken(String(decoding: contents.bytes, as: UTF8.self)) else {
            throw fault(source, file, "\(path) holds more than one word of visible ASCII, which no client could send")
        }
        let isShared = contents.mode & 0o004 != 0
        return Reading(
            token: token,
            warning: isShared ? "everybody on this host can read the token in \(path): take the right away" : nil)
    }

    private static func fault(_ source: Located<TokenSource>, _ file: String?, _ message: String) -> LaunchFault {
        .settings([source.prefix(file) + message])
    }
}
