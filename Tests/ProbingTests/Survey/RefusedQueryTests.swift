// Denied queries are not results: no verdict may be based on them.

import Glibc
import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Suite(.enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
struct RefusedQueryTests {
    private static let targets = ["127.0.0.1:40002", "[::1]:40002", "192.0.2.1:40002", "127.0.1.1:40002"]

    @Test(
        "No verdict is safe if the routing table cannot be read",
        arguments: [EACCES, EPERM, EINVAL, ENOBUFS, ENODEV])
    func route(code: Int32) throws {
        let verdicts = try PrivateNetwork.run {
            var survey = try Survey(timeout: .milliseconds(250))
            let state = try survey.readState()
            try SystemCallRefusal.begin([.sendto], with: code)
            return try Self.targets.map { text in
                try survey.survey(Target(name: "test", endpoint: Endpoint(text)), in: state).assessment
            }
        }
        for assessment in verdicts {
            #expect(assessment.verdict == .inconclusive, "\(assessment.reason)")
            #expect(assessment.severity > .ok)
        }
    }

    @Test(
        "No verdict is safe if sockets of a family cannot be created",
        arguments: [EAFNOSUPPORT, EACCES, EINVAL, EPERM], [[AF_NETLINK, AF_INET6], [AF_INET6], [AF_NETLINK, AF_INET]])
    func family(code: Int32, families: [Int32]) throws {
        let assessments: [Assessment]? = try PrivateNetwork.run {
            try SystemCallRefusal.begin(families.map { .socket($0) }, with: code)
            guard var survey = try? Survey(timeout: .milliseconds(250)) else { return nil }
            let state = try survey.readState()
            func look(_ text: String) throws -> Assessment {
                try survey.survey(Target(name: "test", endpoint: Endpoint(text)), in: state).assessment
            }
            let refused = families.contains(AF_INET6) ? "[::1]:40002" : "127.0.0.1:40002"
            let other = families.contains(AF_INET6) ? "127.0.0.1:40002" : "[::1]:40002"
            return [try look(refused), try look(other)]
        }
        // EINVAL does not mean that netlink is missing: nothing is surveyed then.
        let isSurveyed = !(families.contains(AF_NETLINK) && code == EINVAL)
        #expect((assessments != nil) == isSurveyed)
        for assessment in assessments ?? [] { #expect(assessment.severity > .ok, "\(assessment.reason)") }
    }
}
