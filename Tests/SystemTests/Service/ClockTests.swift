import Glibc
import TestSupport
import Testing

/// Times reported by the daemon while the wall clock is set, and while no pass completes.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct ClockTests {
    @Test(
        "Timestamps follow a wall clock that is set, the uptime does not",
        .enabled(if: Preload.compiler != nil, "needs a C compiler"), arguments: [-7200, 7200])
    func wallClock(_ step: Int) throws {
        try PrivateNetwork.run {
            let folder = try TemporaryFolder()
            let mark = folder.path + "/set"
            let library = try Preload.library(Self.wallClock(setBy: step, onceThereIs: mark), in: folder.path)
            var daemon = try RunningDaemon(
                "probe: {interval: 400ms}\nmap: {interval: 0s}\ntargets: {name: web, ports: 40002}\n",
                environment: ["LD_PRELOAD": library])
            let before = try daemon.status()
            try folder.write([], to: "set")
            // The same hour, minute and second may not occur again within the test.
            let hasFollowed = try Waiting.holds {
                try daemon.status().summary.lastPass.prefix(13) != before.summary.lastPass.prefix(13)
            }
            #expect(hasFollowed, "\(before.summary.lastPass)")
            let after = try daemon.status()
            #expect(after.service.uptimeSeconds > before.service.uptimeSeconds)
            // Half of the step: the test itself takes minutes under emulation.
            #expect(after.service.uptimeSeconds < before.service.uptimeSeconds + 3600)
            #expect(after.service.started == before.service.started)
            let page = try daemon.get("/", "--header", "Accept: text/html").content
            #expect(page.contains(/up for \d+ (?:ms|s|min)\./), "\(page.prefix(2000))")
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("The end of a loop or a sweep does not change the time of the last pass, in JSON and for the service manager")
    func stalledPass() throws {
        try PrivateNetwork.run {
            let manager = try NotifyListener(isAbstract: false)
            var daemon = try RunningDaemon(
                "probe: {interval: 1h, loop: {interval: 1s, cpu: 100%}}\ntargets: {name: web, ports: 40002}\n",
                environment: ["NOTIFY_SOCKET": manager.name])
            let first = try daemon.status()
            let continues = try Waiting.holds {
                try daemon.status().service.uptimeSeconds > first.service.uptimeSeconds + 2
            }
            #expect(continues, "loops are published")
            #expect(try daemon.status().summary.lastPass == first.summary.lastPass)
            let time = try #require(first.summary.lastPass.firstMatch(of: /T(\d\d:\d\d:\d\d)/)?.output.1)
            var times: [Substring] = []
            let isSent = Waiting.holds {
                while let text = manager.receive() {
                    times += text.matches(of: /last pass at (.*) UTC/).map(\.output.1)
                }
                return times.count > 2
            }
            #expect(isSent && Set(times) == [time], "\(times)")
            #expect(daemon.stop().end == .exited(0))
        }
    }

    private static func wallClock(setBy seconds: Int, onceThereIs file: String) -> String {
        """
        #define _GNU_SOURCE
        #include <sys/syscall.h>
        #include <time.h>
        #include <unistd.h>
        int clock_gettime(clockid_t clock, struct timespec *time) {
            int result = syscall(SYS_clock_gettime, clock, time);
            if (result == 0 && clock == CLOCK_REALTIME && access("\(file)", F_OK) == 0) time->tv_sec += \(seconds);
            return result;
        }

        """
    }
}
