import Glibc
import Testing

@testable import Daemon

/// How the limit on descriptors is divided.
@Suite struct DescriptorBudgetTests {
    @Test(
        "Connections get the descriptors that the daemon and its listeners do not need",
        arguments: [(1024, 1, 256), (321, 1, 256), (320, 1, 255), (321, 2, 255), (100, 1, 35), (66, 1, 1), (66, 2, 0)])
    func connections(_ limit: Int, _ listeners: Int, _ connections: Int) throws {
        let share = DescriptorBudget(limit: limit)
        if connections > 0 {
            #expect(try share.connections(wanted: 256, listeners: listeners) == connections)
            #expect(try share.connections(wanted: 1, listeners: listeners) == 1)
        } else {
            #expect(throws: LaunchError.self) { try share.connections(wanted: 256, listeners: listeners) }
        }
    }

    @Test("Without room for one connection the fault states the limit, the need and the remedy") func fault() throws {
        let fault = try #require(throws: LaunchError.self) {
            try DescriptorBudget(limit: 40).connections(wanted: 256, listeners: 3)
        }
        let text = "the limit on open descriptors is 40, and the daemon needs 68 at least: raise LimitNOFILE="
        #expect(fault == .runtime(text, errno: EMFILE))
    }

    @Test("New listeners of a reload get few reserved descriptors, and more only if connections leave them")
    func newListeners() throws {
        // One listener and its clients use everything except the reserve.
        let full = DescriptorBudget(limit: 165)
        try full.admit(8, besides: 1, connections: 100)
        #expect(throws: LaunchError.self) { try full.admit(9, besides: 1, connections: 100) }
        try full.admit(9, besides: 1, connections: 99)
        try DescriptorBudget(limit: 1024).admit(300, besides: 1, connections: 256)
    }
}
