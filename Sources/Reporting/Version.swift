import CVersion

/// Which program this is.
package enum Version {
    /// The program's name.
    package static let name = "selfconnectd"
    /// The release, by https://semver.org.
    package static let number = "0.1.0"
    /// The commit that it was built from by `make build`, else `unknown`.
    package static let revision = cversion_revision().map { String(cString: $0) } ?? unknown
    private static let unknown = "unknown"
    /// What `--version` prints.
    package static let text = "\(name) \(number)" + (revision == unknown ? "" : " (\(revision))")
    /// The compiler's language version, for build_info.
    package static let swift: String = {
        #if swift(>=6.4)
            "6.4"
        #elseif swift(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }()
}
