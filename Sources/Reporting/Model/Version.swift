import CVersion

/// Which program this is.
public enum Version {
    /// The program's name.
    public static let name = "selfconnectd"
    /// The release, by https://semver.org.
    public static let number = "0.1.0"
    /// The commit that it was built from by `make build`, else `unknown`.
    public static let revision = cversion_revision().map { String(cString: $0) } ?? unknown
    private static let unknown = "unknown"
    /// What `--version` prints.
    public static let text = "\(name) \(number)" + (revision == unknown ? "" : " (\(revision))")
    /// The compiler's language version, for build_info.
    public static let swift: String = {
        #if swift(>=6.4)
            "6.4"
        #elseif swift(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }()
}
