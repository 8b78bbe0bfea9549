import CVersion

/// The identity of this program.
package enum Version {
    /// The program's name.
    package static let name = "selfconnectd"
    /// The release, according to https://semver.org.
    package static let number = "0.1.0"
    /// The commit that `make build` built, otherwise `unknown`.
    package static let revision = cversion_revision().map { String(cString: $0) } ?? unknown
    private static let unknown = "unknown"
    /// The output of `--version`.
    package static let text = "\(name) \(number)" + (revision == unknown ? "" : " (\(revision))")
    /// The Swift version, for build_info.
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
