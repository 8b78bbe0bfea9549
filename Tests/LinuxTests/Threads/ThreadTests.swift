import Glibc
import Linux
import TestSupport
import Testing

@Suite struct ThreadTests {
    @Test(
        "A sleep is not shorter than requested, and returns at once for a time that is over", arguments: [-5, 0, 1, 30])
    func sleep(milliseconds: Int) {
        let start = Clock.monotonic
        Thread.sleep(.milliseconds(milliseconds))
        let slept = Clock.monotonic - start
        #expect(slept >= .milliseconds(milliseconds) && slept < .seconds(2))
    }

    @Test("A thread blocks all signals except those of its own faults") func signals() throws {
        let before = Self.blocked()
        let blocked = try Thread.run(name: "test-mask") { () throws(SystemCallError) in Self.blocked() }
        #expect(blocked.isSuperset(of: [SIGHUP, SIGTERM, SIGINT, SIGPIPE]))
        #expect(blocked.isDisjoint(with: [SIGSEGV, SIGILL]))
        #expect(Self.blocked() == before, "the thread that starts one keeps its own")
    }

    private static func blocked() -> Set<Int32> {
        var set = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &set)
        return Set((1..<65).filter { sigismember(&set, $0) == 1 })
    }
}
