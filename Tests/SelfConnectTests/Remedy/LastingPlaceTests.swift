import SelfConnect
import Testing

/// Where the list of another network namespace has to be written to last.
@Suite struct LastingPlaceTests {
    private static let list = "net.ipv4.ip_local_reserved_ports=50051"

    @Test(
        "What makes a namespace has a place for the list, and the line has the form that is read there",
        arguments: [
            ("unit:vpn.service", ["ExecStartPre=+sysctl -w \(list)"]),
            ("unit:vpn.service#4026532281", ["ExecStartPre=+sysctl -w \(list)"]),
            (
                "pod:web-0",
                ["securityContext: {sysctls: [{name: net.ipv4.ip_local_reserved_ports, value: \"50051\"}]}"]
            ),
            (
                "crio:0123456789ab",
                ["securityContext: {sysctls: [{name: net.ipv4.ip_local_reserved_ports, value: \"50051\"}]}"]
            ),
            ("docker:0123456789ab", ["docker run --sysctl \(list) …"]),
            ("podman:0123456789ab@1000", ["podman run --sysctl \(list) …"]),
            ("containerd:0123456789ab", ["nerdctl run --sysctl \(list) …"]),
            ("machine:web", ["net.ipv4.ip_local_reserved_ports = 50051"]),
            ("lxc:blue", ["lxc.sysctl.net.ipv4.ip_local_reserved_ports = 50051"]),
        ])
    func places(_ namespace: String, _ lines: [String]) {
        #expect(Self.lines(namespace) == lines)
    }

    @Test(
        "Where the name does not show what made it, each place is named",
        arguments: [
            "blue", "/proc/7/ns/net", "/run/pod:web", "net:[4026532281]", "unit:x.service@1000", "unit:", "a:b",
            // Of a user's control group with a name of the user's choice.
            "unit:ssh.service#x.service@1000", "unit:ssh.service#1@1000", "unit:ssh.service#",
        ])
    func unknown(_ namespace: String) {
        #expect(LastingPlace(of: namespace) == .unknown)
        let lines = Self.lines(namespace)
        #expect(lines.count == 3 && lines.first == "ExecStartPost=apply")
    }

    @Test("The name of a unit is quoted for the shell") func quoted() {
        let entries = LastingPlace(of: "unit:it's.service").entries(Self.remedy, command: "apply")
        #expect(entries.first?.place.contains("systemctl edit 'it'\\''s.service'") == true)
    }

    private static let remedy = LastingRemedy(reserving: PortSet(ports: [50051]), on: KernelFacts(release: "6.12.0"))

    private static func lines(_ namespace: String) -> [String] {
        LastingPlace(of: namespace).entries(remedy, command: "apply").map(\.line)
    }
}
