import Configuration
import SelfConnect
import Testing

/// `guard:` of targets and of discovery.
@Suite struct GuardTests {
    @Test("Guards are off unless an entry enables them for itself") func entries() throws {
        let read = try configuration(
            "targets: [{name: a, addresses: 127.0.0.1, ports: 50010, guard: true}, {name: b, ports: 50012}]")
        #expect(read.targets.map(\.isGuarded) == [true, false, false])
        #expect(read.guardedPorts.map(\.value) == [PortRange(50010, 50010)])
        #expect(read.guardCount == 1 && Configuration.default.guardCount == 0)
        #expect(!Configuration.default.discover.isGuarded)
    }

    @Test(
        "Guards of discovered ports and of all addresses count with their maximum number",
        arguments: ["discover: {guard: true}", "targets: [{name: a, addresses: all, ports: 50010, guard: true}]"])
    func most(_ yaml: String) throws {
        #expect(try configuration(yaml).guardCount == GuardPlan.maximumGuards)
    }

    @Test("A target in another network namespace cannot be guarded by the daemon") func namespace() {
        #expect(
            faults("targets: [{name: a, ports: 50010, namespace: blue, guard: true}]") == [
                "1:59: the daemon holds no sockets in other network namespaces: run selfconnectd guard in it"
            ])
    }
}
