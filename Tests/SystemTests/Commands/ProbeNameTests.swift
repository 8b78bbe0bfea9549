import SelfConnect
import TestSupport
import Testing

/// `selfconnectd probe` with the names of hosts. The range is 40000-41000.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct ProbeNameTests {
    @Test(
        "A name stands for those of its addresses that this host has, and a name of another host is refused",
        arguments: [
            ("here:40002", 1, "127.0.0.1:40002: susceptible", ""), ("here:30000", 0, "[::1]:30000: outside-range", ""),
            ("there:40002", 64, "", "there is not a name of this host, but of 192.0.2.1: nothing was sent"),
            ("nowhere:40002", 64, "", "“nowhere” is not an IP address, and cannot be looked up: "),
            ("here:0", 64, "", "port 0 is not valid"),
        ] as [(String, Int32, String, String)])
    func hostName(_ argument: String, _ status: Int32, _ output: String, _ fault: String) throws {
        try PrivateNetwork.run {
            let hosts = try TemporaryFile("127.0.0.1 here\n::1 here\n192.0.2.1 here there\n")
            let sources = try TemporaryFile("hosts: files\n")
            let script = """
                mount --bind \(hosts.path) /etc/hosts && mount --bind \(sources.path) /etc/nsswitch.conf && exec "$@"
                """
            let outcome = try Program.run(
                "unshare", ["--mount", "sh", "-c", script, "sh", Binary.path, "probe", argument])
            #expect(outcome.end == .exited(status), "\(outcome)")
            #expect(outcome.output.contains(output) && outcome.errors.contains(fault), "\(outcome)")
            #expect(!outcome.output.contains("192.0.2.1"))
            #expect(outcome.output.isEmpty == (status == 64))
        }
    }

    @Test("Without IPv6 a mere port stands for 127.0.0.1", arguments: ["40002", ":40002", "localhost:40002"])
    func withoutIPv6(_ argument: String) throws {
        try PrivateNetwork.run(range: PortRange(40_000, 45_000), reserved: "") {
            try PrivateNetwork.write("1", to: "net/ipv6/conf/all/disable_ipv6")
            let probe = try Binary.run("probe", argument)
            // On kernels without the directed probe the text of a loop comes before.
            let line = probe.output.split(separator: "\n").first { !$0.hasPrefix("Trying to connect") }
            #expect(probe.end == .exited(1) && line?.hasPrefix("127.0.0.1:40002: susceptible") == true, "\(probe)")
            #expect(!probe.output.contains("::1") && probe.errors.isEmpty)
            let advice = try Binary.run("advise", argument, "--config", "/dev/null")
            #expect(advice.end == .exited(0) && advice.output.hasSuffix("= 40002\n"), "\(advice)")
            #expect(try Binary.run("probe", "[::1]:40002").end == .exited(64), "this names it")
            #expect(try Binary.run("advise", "[::1]:40002").end == .exited(64))
        }
    }
}
