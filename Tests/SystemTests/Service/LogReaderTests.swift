import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

extension TimeTests {
    /// The daemon when its log is not read, as when a container's log driver hangs.
    @Suite("A log without a reader", .enabled(if: PrivateNetwork.isAvailable)) struct LogReaderTests {
        /// A named pipe that is full before the daemon writes to it, until it is read.
        private struct FullPipe {
            let path: String
            private let folder: TemporaryFolder
            private let ends: Reader

            /// Both ends: a reader that does not read.
            final class Reader: Sendable {
                let descriptor: Descriptor

                init(_ path: String) throws {
                    let number = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
                    guard number >= 0 else { throw SystemCallError("open", path, code: errno) }
                    descriptor = Descriptor(owning: number)
                }
            }

            init() throws {
                folder = try TemporaryFolder()
                path = "\(folder.path)/log"
                guard mkfifo(path, 0o600) == 0 else { throw SystemCallError("mkfifo", path, code: errno) }
                ends = try Reader(path)
                let filling = [UInt8](repeating: UInt8(ascii: "\n"), count: 4096)
                while write(ends.descriptor.number, filling, filling.count) > 0 {}
            }

            /// A command that runs another one with this pipe as its stderr.
            var wrapper: [String] { ["sh", "-c", "exec \"$@\" 2>\"$0\"", path] }

            /// The available lines, without empty ones.
            func lines() -> [String] {
                var text: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while true {
                    let count = read(ends.descriptor.number, &buffer, buffer.count)
                    guard count > 0 else { break }
                    text += buffer.prefix(count)
                }
                return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
            }
        }

        private static let dropped = "selfconnect_log_lines_dropped_total"

        @Test("Without a log reader verdicts and responses continue, and lost lines are counted and reported later")
        func continues() throws {
            try PrivateNetwork.run(range: PortRange(40_000, 60_999), reserved: "") {
                let log = try FullPipe()
                let name = String(repeating: "n", count: 128)
                var daemon = try RunningDaemon(
                    """
                    log: {format: json}
                    probe: {interval: 1s, loop: {interval: 0s}}
                    map: {interval: 0s}
                    targets: [{name: \(name), addresses: [127.0.0.1], ports: 50000-50199}]
                    """, wrapper: log.wrapper)
                let before = try daemon.passCount()
                // Each change has its own line, within the rate limit.
                var isReserved = false
                let isServed = try Waiting.holds(every: .milliseconds(300)) {
                    isReserved.toggle()
                    try PrivateNetwork.write(isReserved ? "50000-50199" : "", to: "net/ipv4/ip_local_reserved_ports")
                    return try daemon.passCount() > before && daemon.metric(Self.dropped) ?? 0 > 0
                }
                #expect(isServed)
                var lines: [String] = []
                let isReported = Waiting.holds {
                    lines += log.lines()
                    return lines.contains { $0.contains("log messages dropped: the log was not read") }
                }
                #expect(isReported, "\(lines.count) lines")
                #expect(lines.contains { $0.contains("\"message\":\"listening\"") })
                #expect(daemon.stop().end == .exited(0))
            }
        }

        @Test("The daemon still stops within a second", arguments: [SIGTERM, SIGINT])
        func stops(_ signal: Int32) throws {
            try PrivateNetwork.run {
                let log = try FullPipe()
                var daemon = try RunningDaemon("targets: [{name: web, ports: 40002}]", wrapper: log.wrapper)
                let (end, time) = daemon.stop(signal)
                #expect(end == .exited(0))
                #expect(time < .seconds(1), "it took \(time)")
                withExtendedLifetime(log) {}
            }
        }

        @Test("A closed log reader does not end the daemon") func goneReader() throws {
            try PrivateNetwork.run {
                let folder = try TemporaryFolder()
                let path = "\(folder.path)/log"
                #expect(mkfifo(path, 0o600) == 0)
                // The shell opens it in both directions, and closes the reading end before the daemon runs.
                let script = "exec 3<>\"$0\" 2>\"$0\" 3>&-; exec \"$@\""
                var daemon = try RunningDaemon(
                    "targets: [{name: web, ports: 40002}]", wrapper: ["sh", "-c", script, path])
                #expect(try #require(try daemon.metric(Self.dropped)) > 0)
                #expect(daemon.stop().end == .exited(0))
            }
        }
    }
}
