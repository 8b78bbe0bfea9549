import Glibc

/// What the service manager passes in confidence: `LoadCredential=` and `SetCredential=` (systemd.exec(5)).
package enum Credential {
    /// The file that holds the credential; nil if the service manager passes none to this process.
    package static func path(of name: String) -> String? {
        getenv("CREDENTIALS_DIRECTORY").map { "\(String(cString: $0))/\(name)" }
    }
}
