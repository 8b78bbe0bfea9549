import Glibc

/// Checks of /proc for this process (proc(5)).
package enum ProcSelf {
    /// Throws if /proc is not mounted or belongs to another PID namespace, in which this process has another number or
    /// none.
    package static func check(root: String = "/proc") throws(SystemCallError) {
        let path = root + "/self"
        var target = [CChar](repeating: 0, count: 32)
        let count = try call("readlink", path) { readlink(path, &target, target.count) }
        let number = String(decoding: target.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard Int32(number) == getpid() else {
            throw SystemCallError("readlink", "\(path): names \(number), and not \(getpid())", code: ESRCH)
        }
    }
}
