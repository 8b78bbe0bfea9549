import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

extension TimeTests {
    /// How soon the daemon is ready. SELFCONNECTD_BINARY measures another build than the one under test.
    @Suite(.enabled(if: PrivateNetwork.isAvailable)) struct StartTests {
        @Test("With 100 targets READY is sent soon after exec") func ready() throws {
            try PrivateNetwork.run(range: PortRange(32768, 60999)) {
                let file = try TemporaryFile("targets: [{name: many, ports: 50000-50049}]")
                var times: [Duration] = []
                for _ in 0..<5 {
                    let manager = try NotifyListener(isAbstract: false)
                    let begin = Clock.monotonic
                    var program = try Program(
                        Binary.path, ["run", "--config", file.path], environment: ["NOTIFY_SOCKET": manager.name])
                    let isReady = Waiting.holds(every: .milliseconds(1)) {
                        manager.receive()?.hasPrefix("READY=1\nSTATUS=101 ports watched") == true
                    }
                    times.append(Clock.monotonic - begin)
                    #expect(isReady, "\(program.errors)")
                    program.send(SIGTERM)
                    #expect(program.wait() == .exited(0))
                }
                print("start: ready after", times.sorted().map { "\($0)" }.joined(separator: ", "))
                // An optimised build takes about 50 ms; this one may not be, and the machine may be busy.
                #expect(try #require(times.min()) < .seconds(2))
            }
        }
    }
}
