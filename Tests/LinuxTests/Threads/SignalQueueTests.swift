import Glibc
import Linux
import TestSupport
import Testing

@Suite struct SignalQueueTests {
    @Test("A signal stays pending until it is taken, once for any number of sends and separate from others")
    func takes() throws {
        // Sent to the thread: the process has other threads, where a signal would have its default effect.
        try Thread.run(name: "test-signals") { () throws(SystemCallError) in
            let queue = try SignalQueue(SIGUSR1)
            let other = try SignalQueue(SIGUSR2)
            let isEarly = queue.takeAll()
            for _ in 0..<1_000 { pthread_kill(pthread_self(), SIGUSR1) }
            let taken = [isEarly, other.takeAll(), queue.takeAll(), queue.takeAll()]
            #expect(taken == [false, false, true, false])
            var poller = try Poller()
            try poller.add(other.number, for: .read, token: 7)
            pthread_kill(pthread_self(), SIGUSR2)
            var tokens: [UInt64] = []
            try poller.wait(nil) { token, _ in tokens.append(token) }
            let isTaken = other.takeAll()
            #expect(tokens == [7] && isTaken)
        }
    }
}
