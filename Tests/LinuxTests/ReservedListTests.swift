import Linux
import SelfConnect
import TestSupport
import Testing

/// The reserved list, which the kernel only reads and writes as a whole.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct ReservedListTests {
    @Test("A reserved list longer than a page is written and read completely", arguments: [1, 681, 682, 2730, 14_115])
    func longList(_ count: Int) throws {
        let ports = PortSet(ports: (0..<count).map { UInt16(32769 + 2 * $0) })
        let read = try Thread.run(name: "test-list") { () throws(SystemCallError) in
            let namespace = try PrivateNamespace()
            try namespace.reserve(ports)
            return try KernelSurvey().read().reservedPorts
        }
        #expect(read == ports)
    }
}
