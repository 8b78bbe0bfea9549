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
        arguments: [
            ("discover: {guard: true}", GuardPlan.maximumDiscovered),
            (
                "{discover: {guard: true}, targets: [{name: a, addresses: 127.0.0.1, ports: 50010, guard: true}]}",
                GuardPlan.maximumDiscovered + 1
            ),
            ("targets: [{name: a, addresses: all, ports: 50010, guard: true}]", GuardPlan.maximumGuards),
        ])
    func most(_ yaml: String, _ count: Int) throws {
        #expect(try configuration(yaml).guardCount == count)
    }

    @Test("A guard in another network namespace is one, and not judged by the range of this one") func namespace()
        throws
    {
        let read = try configuration(
            "targets: [{name: a, addresses: 127.0.0.1, ports: 50010, namespace: blue, guard: true}]")
        #expect(read.targets.map(\.isGuarded) == [true] && read.guardCount == 1)
        #expect(read.guardedPorts.isEmpty)
    }
}
