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

    @Test("An unprivileged user cannot create a namespace") func unprivileged() {
        #expect(throws: SystemCallError.self) {
            try PrivateNetwork.run {
                try Privileges.drop()
                try NetworkNamespace.unshare()
            }
        }
    }
}
