import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

@Suite(.enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
struct NetworkNamespaceTests {
    @Test("A thread that enters another namespace and comes back sees each one's own facts") func enters() throws {
        let ranges = try PrivateNetwork.run(range: PortRange(40000, 41000)) {
            let survey = KernelSurvey()
            let home = try NetworkNamespace.current()
            var ranges = [try survey.read().ephemeralRange]
            try NetworkNamespace.unshare()
            ranges.append(try survey.read().ephemeralRange)
            try home.enter()
            return ranges + [try survey.read().ephemeralRange]
        }
        #expect(ranges == [PortRange(40000, 41000), PortRange(32768, 60999), PortRange(40000, 41000)])
    }

    @Test("A file that is not a namespace is an error") func noNamespace() {
        #expect(throws: SystemCallError.self) { try NetworkNamespace.open("/dev/null").enter() }
    }

    @Test("Of the files of a namespace, an error that is more than that one has gone has priority") func faults() throws
    {
        func fault(_ paths: [String]) -> SystemCallError? {
            do throws(SystemCallError) {
                _ = try NetworkNamespace.open(paths, inode: 1)
                return nil
            } catch {
                return error
            }
        }
        let missing = SystemCallError("open", "net:[1]", code: ENOENT)
        #expect(fault([]) == missing && fault(["/nonexistent", "/proc/self/ns/net"]) == missing)
        let refused = SystemCallError("open", "/dev/null/x", code: ENOTDIR)
        #expect(
            fault(["/dev/null/x", "/nonexistent"]) == refused && fault(["/nonexistent", "/dev/null/x"]) == refused)
    }

    @Test("An unprivileged user cannot create a namespace") func unprivileged() {
        #expect(throws: SystemCallError.self) {
            try PrivateNetwork.run {
                try Privileges.drop()
                try NetworkNamespace.unshare()
            }
        }
    }
}
