import Linux
import SelfConnect
import TestSupport
import Testing

/// `selfconnectd map`. The range is 40000-41000, of which 40500-40509 are reserved.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct MapCommandTests {
    @Test(
        "map draws the range, lists the runs, and fits 80 columns",
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
    func text() throws {
        try PrivateNetwork.run {
            let listener = try Neighbours.listener(on: "127.0.0.1:40004")
            let outcome = try Binary.run("map")
            withExtendedLifetime(listener) {}
            #expect(outcome.end == .exited(0) && outcome.errors == "")
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.first?.hasPrefix("127.0.0.1, ephemeral range 40000-41000, 1001 ports, at ") == true)
            #expect(lines.contains("A client can connect to itself on 990 of 1001 ports (98.9 %)."))
            #expect(lines.contains { $0.hasPrefix("  40000  ..L.......") }, "\(outcome.output)")
            #expect(lines.contains { $0.hasPrefix("40004") && $0.hasSuffix("not-available     listening") })
            #expect(lines.contains { $0.hasPrefix("40500-40509") && $0.hasSuffix("10  reserved") })
            #expect(lines.allSatisfy { $0.count <= 80 })
        }
    }

    @Test(
        "--json prints the document of /v1/map for either family",
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"),
        arguments: ["127.0.0.1", "::1"])
    func json(_ address: String) throws {
        try PrivateNetwork.run {
            let listener = try Neighbours.listener(on: "127.0.0.1:40004")
            let outcome = try Binary.run("map", "--json", "--address", address)
            withExtendedLifetime(listener) {}
            #expect(outcome.end == .exited(0) && outcome.errors == "")
            let map: MapAnswer = try Answer.decoded(outcome.output)
            #expect(map.address == address && map.complete && map.client == "connect" && map.ports == 1001)
            #expect(map.byOutcome == ["self-connected": 990, "reserved": 10, "not-available": 1])
            #expect(map.runs.map(\.first) == [40_000, 40_004, 40_005, 40_500, 40_510])
            #expect(map.runs[1] == .init(first: 40_004, last: 40_004, outcome: "not-available", holder: "listening"))
            #expect(map.parity.even["connect"] == "likely" && map.parity.odd["connect"] == "rare")
        }
    }

    @Test(
        "On a kernel without the directed probe map and the daemon report that nothing was measured",
        .enabled(if: Preload.compiler != nil, "needs a C compiler"))
    func oldKernel() throws {
        try PrivateNetwork.run {
            let folder = try TemporaryFolder()
            let environment = ["LD_PRELOAD": try Preload.library(Self.oldKernel, in: folder.path)]
            let text = try Binary.run("map", environment: environment)
            #expect(text.end == .exited(1))
            #expect(text.errors == "selfconnectd: nothing was measured: this kernel has no IP_LOCAL_PORT_RANGE\n")
            #expect(text.output.contains("was not measured") && !text.output.contains("on 0 of"), "\(text.output)")
            let map: MapAnswer = try Answer.decoded(try Binary.run("map", "--json", environment: environment).output)
            #expect(!map.measured && map.selfConnectedShare == nil && !map.complete)
            #expect(map.byOutcome == ["skipped": 991, "reserved": 10])

            var daemon = try RunningDaemon("probe: {interval: 1s}\n", environment: environment)
            let isSwept = try Waiting.holds { try daemon.get("/v1/map").status == 200 }
            #expect(isSwept)
            #expect(try !daemon.get("/metrics").content.contains("selfconnect_map_"))
            #expect(try daemon.get("/v1/map.svg").content.contains("was not measured"))
            #expect(daemon.stop().end == .exited(0))
        }
    }

    private static let oldKernel = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <sys/socket.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        int setsockopt(int socket, int level, int name, const void *value, socklen_t length) {
            if (level == 0 && name == 51) {
                errno = ENOPROTOOPT;
                return -1;
            }
            return syscall(SYS_setsockopt, socket, level, name, value, length);
        }

        """

    @Test(
        "--svg writes the map to a file in addition to the text, or only to stdout",
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
    func picture() throws {
        try PrivateNetwork.run {
            let file = try TemporaryFile("what was there before", suffix: ".svg")
            let beside = try Binary.run("map", "--svg", file.path)
            #expect(beside.end == .exited(0) && beside.output.hasPrefix("127.0.0.1, ephemeral range"))
            let written = try KernelFile.text(file.path)
            #expect(written.hasPrefix("<svg xmlns=") && written.hasSuffix("</svg>\n"))
            let alone = try Binary.run("map", "--svg", "-")
            #expect(alone.end == .exited(0) && alone.output.hasPrefix("<svg ") && alone.output.hasSuffix("</svg>\n"))
            let refused = try Binary.run("map", "--svg", "/dev/null/map.svg")
            #expect(refused.end == .exited(1))
            #expect(refused.errors == "selfconnectd: open /dev/null/map.svg: Not a directory (ENOTDIR)\n")
        }
    }

    @Test("An address of another host is a fault, and nothing is sent to it") func foreign() throws {
        try PrivateNetwork.run {
            let outcome = try Binary.run("map", "--address", "192.0.2.1")
            #expect(outcome.end == .exited(1) && outcome.output == "")
            #expect(outcome.errors == "selfconnectd: 192.0.2.1 is not an address of this host: nothing was sent\n")
        }
    }

    @Test(
        "With a packet filter map prints an incomplete map with the reason", .enabled(if: PacketFilter.isAvailable),
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
    func filter() throws {
        try PrivateNetwork.run {
            try PacketFilter.onOutput("tcp dport 40100-41000 drop")
            let outcome = try Binary.run("map")
            #expect(outcome.end == .exited(1))
            #expect(outcome.errors.contains("the map is not complete: 8 ports gave no answer"), "\(outcome.errors)")
            #expect(outcome.output.contains("A client can connect to itself on 100 of 1001 ports"), "\(outcome.output)")
        }
    }

    @Test(
        "A usage error ends with status 64",
        arguments: [
            (["--address", "localhost"], "“localhost” is not an IP address: write one such as 127.0.0.1 or ::1"),
            (["--json", "--svg", "-"], "--json and --svg - cannot be combined: both write to stdout"),
        ])
    func usage(_ arguments: [String], _ message: String) throws {
        let outcome = try Program.run(Binary.path, ["map"] + arguments)
        #expect(outcome.end == .exited(64) && outcome.output == "")
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
}
