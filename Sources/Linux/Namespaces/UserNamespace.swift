import CLinux
import Glibc

/// User namespaces (user_namespaces(7)): in one of its own, a program without rights has all of them.
public enum UserNamespace {
    /// Runs the program that is running, from its start, as root of a new user namespace, and waits for its end: its
    /// exit status, or 128 and the signal that ended it.
    ///
    /// Refused with EPERM or ENOSPC where the host forbids such namespaces.
    public static func runSelf(_ arguments: [String], adding variable: String) throws(SystemCallError) -> Int32 {
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
