import CLinux
import Glibc

/// User namespaces (user_namespaces(7)): in a new one, an unprivileged process has all capabilities.
package enum UserNamespace {
    /// Runs the current program again as root of a new user namespace and waits for its end. Returns its exit status,
    /// or 128 plus the signal that terminated it.
    ///
    /// Fails with EPERM or ENOSPC if the host does not permit user namespaces.
    package static func runSelf(_ arguments: [String], adding variable: String) throws(SystemCallError) -> Int32 {
        let pointers = arguments.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        var variables: [UnsafeMutablePointer<CChar>?] = []
        var next = environ
        while let entry = next.pointee {
            variables.append(entry)
            next += 1
        }
        let addition = strdup(variable)
        defer { free(addition) }
        let process = try call("clone CLONE_NEWUSER") {
            clinux_spawn_in_user_namespace("/proc/self/exe", pointers + [nil], variables + [addition, nil])
        }
        var status: Int32 = 0
        try call("waitpid") { waitpid(process, &status, 0) }
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }
}
