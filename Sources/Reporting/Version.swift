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
    /// Name, number and commit.
    package static let text = "\(name) \(number)" + (revision == unknown ? "" : " (\(revision))")
    /// The output of `--version`.
    package static let report = "\(text)\nBuilt by Swift \(swift) for \(architecture): \(flags)"
    private static let flags = cversion_flags().map { String(cString: $0) } ?? "flags unknown"
    private static let architecture: String = {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "aarch64"
        #else
            unknown
        #endif
    }()
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
