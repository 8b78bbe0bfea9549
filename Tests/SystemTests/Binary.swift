// The program under test, run like a user does.

import Glibc
import TestSupport

/// The built program.
enum Binary {
    /// SELFCONNECTD_BINARY, e.g. for a release build; otherwise the product beside the test bundle.
    static let path = getenv("SELFCONNECTD_BINARY").map { String(cString: $0) } ?? directory + "/selfconnectd"

    /// SELFCONNECTD_SOAK: the duration of long-running tests in seconds.
    static let soak = getenv("SELFCONNECTD_SOAK").flatMap { Int(String(cString: $0)) }

    /// SELFCONNECTD_RELOADS: the number of reloads under load.
    static let reloads = getenv("SELFCONNECTD_RELOADS").flatMap { Int(String(cString: $0)) }

    private static var directory: String {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &target, target.count)
        let path = target.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
        return String(decoding: path.prefix(upTo: path.lastIndex(of: UInt8(ascii: "/")) ?? 0), as: UTF8.self)
    }

    /// Runs it to its end.
    static func run(
        _ arguments: String..., environment: [String: String] = [:], within limit: Duration = Waiting.limit
    ) throws -> Program.Outcome {
        try Program.run(path, arguments, environment: environment, within: limit)
    }
}
