import Glibc

/// Credentials passed by the service manager: `LoadCredential=` and `SetCredential=` (systemd.exec(5)).
package enum Credential {
    /// The file with the credential; nil if the service manager passes no credentials to this process.
    package static func path(of name: String) -> String? {
        getenv("CREDENTIALS_DIRECTORY").map { "\(String(cString: $0))/\(name)" }
    }
}
