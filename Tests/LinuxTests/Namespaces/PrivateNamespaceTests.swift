import Linux
import SelfConnect
import TestSupport
import Testing

/// The namespace for experiments.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct PrivateNamespaceTests {
    @Test("A private namespace inherits range and reserved ports, and the original namespace keeps its own")
    func separate() throws {
        let (before, inside, after) = try PrivateNetwork.run { () throws in
            let before = try KernelSurvey().read()
            let inside = try Thread.run(name: "test-private") { () throws(SystemCallError) in
                let namespace = try PrivateNamespace()
                var facts = before
                facts.ephemeralRange = PortRange(50001, 50010)
                facts.reservedPorts = PortSet(ports: [50003])
                try namespace.apply(facts)
                return try KernelSurvey().read()
            }
            return (before, inside, try KernelSurvey().read())
        }
        #expect(before == after)
        #expect(inside.ephemeralRange == PortRange(50001, 50010) && "\(inside.reservedPorts)" == "50003")
    }

    @Test(
        "An added address is local in the namespace and can connect to itself", arguments: ["192.0.2.7", "2001:db8::7"])
    func addresses(_ text: String) throws {
        let address = try IPAddress(text)
        let facts = try Thread.run(name: "test-private") { () throws(SystemCallError) in
            var namespace = try PrivateNamespace()
            var survey = try AddressSurvey()
            let before = try survey.facts(about: address)
            _ = try namespace.add(address)
            return [before, try survey.facts(about: address)]
        }
        let foreign = AddressFacts(isOwn: false, routeSource: nil)
        #expect(facts == [foreign, AddressFacts(isOwn: true, routeSource: address)])
    }

    @Test("A link-local address is moved to loopback") func linkLocal() throws {
        let address = try IPAddress("fe80::7%eth9")
        let added = try Thread.run(name: "test-private") { () throws(SystemCallError) in
            var namespace = try PrivateNamespace()
            let added = try namespace.add(address)
            var survey = try AddressSurvey()
            return (added, try survey.facts(about: added).isOwn)
        }
        #expect("\(added.0)" == "fe80::7%lo" && added.1)
    }
}
