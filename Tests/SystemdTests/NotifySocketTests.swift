import Glibc
import Linux
import Synchronization
import Systemd
import TestSupport
import Testing

extension EnvironmentTests {
    /// Notifications on a real socket.
    @Suite struct NotifySocketTests {
        @Test("A notification arrives unchanged", arguments: [false, true])
        func arrives(isAbstract: Bool) throws {
            let manager = try NotifyListener(isAbstract: isAbstract)
            try withEnvironment(["NOTIFY_SOCKET": manager.name]) { () throws in
                #expect(try NotifySocket.send(.ready, .status("2 ports, 1 susceptible")))
                #expect(manager.receive() == "READY=1\nSTATUS=2 ports, 1 susceptible")
                #expect(try NotifySocket.send(.watchdog))
                #expect(manager.receive() == "WATCHDOG=1")
                #expect(try NotifySocket.send(.stopping, .errno(EADDRINUSE)))
                #expect(manager.receive() == "STOPPING=1\nERRNO=98")
                #expect(manager.receive() == nil)
            }
        }

        @Test("Without a service manager nothing is sent, without an error") func absent() throws {
            try withEnvironment(["NOTIFY_SOCKET": nil]) { () throws in
                #expect(try NotifySocket.send(.ready) == false)
                #expect(try NotifySocket.barrier(timeout: .seconds(1)) == false)
            }
        }

        @Test("A missing service manager is a fault that names the operation") func gone() throws {
            try withEnvironment(["NOTIFY_SOCKET": "/nowhere/notify"]) { () throws in
                let fault = try #require(throws: SystemdError.self) { try NotifySocket.send(.ready) }
                #expect(fault.description == "sd_notify: No such file or directory (errno 2)")
            }
        }

        @Test("A barrier waits for the manager until its timeout") func barrier() throws {
            let manager = try NotifyListener(isAbstract: false)
            try withEnvironment(["NOTIFY_SOCKET": manager.name]) { () throws in
                let start = ContinuousClock.now
                let fault = try #require(throws: SystemdError.self) {
                    try NotifySocket.barrier(timeout: .milliseconds(50))
                }
                #expect(fault.operation == "sd_notify_barrier" && fault.errno == ETIMEDOUT)
                #expect(ContinuousClock.now - start >= .milliseconds(50))
                #expect(manager.receive() == "BARRIER=1")
            }
        }

        @Test("A barrier ends as soon as the manager has taken it") func acknowledged() throws {
            final class Outcome: Sendable { let isHeard = Atomic(false) }
            let manager = try NotifyListener(isAbstract: true)
            try withEnvironment(["NOTIFY_SOCKET": manager.name]) { () throws in
                let outcome = Outcome()
                try Thread.start(name: "barrier") {
                    let isHeard = try? NotifySocket.barrier(timeout: .seconds(20))
                    outcome.isHeard.store(isHeard == true, ordering: .releasing)
                }
                #expect(Waiting.holds { manager.receive() == "BARRIER=1" })
                #expect(Waiting.holds { outcome.isHeard.load(ordering: .acquiring) })
            }
        }

        @Test("A notification or barrier to a manager that does not read fails at once or after its timeout")
        func full() throws {
            let manager = try NotifyListener(isAbstract: false)
            try manager.fill()
            try withEnvironment(["NOTIFY_SOCKET": manager.name]) { () throws in
                let start = ContinuousClock.now
                let fault = try #require(throws: SystemdError.self) { try NotifySocket.send(.ready) }
                #expect(fault.operation == "sd_notify" && fault.errno == EAGAIN)
                #expect(ContinuousClock.now - start < .seconds(1))
                #expect(throws: fault) { try NotifySocket.send([.ready], within: .milliseconds(50)) }
                #expect(ContinuousClock.now - start >= .milliseconds(50))
                let barrier = try #require(throws: SystemdError.self) {
                    try NotifySocket.barrier(timeout: .milliseconds(50))
                }
                #expect(barrier.operation == "sd_notify_barrier" && barrier.errno == EAGAIN)
                #expect(ContinuousClock.now - start < .seconds(2))
            }
        }

        @Test(
            "A name that is not the address of a unix socket is a fault",
            arguments: [
                ("", EAFNOSUPPORT), ("notify", EAFNOSUPPORT), ("/" + String(repeating: "x", count: 107), ENAMETOOLONG),
                ("@" + String(repeating: "x", count: 108), ENAMETOOLONG),
                ("@" + String(repeating: "x", count: 107), ECONNREFUSED),
            ])
        func addresses(_ name: String, _ errno: Int32) throws {
            try withEnvironment(["NOTIFY_SOCKET": name]) { () throws in
                let fault = try #require(throws: SystemdError.self) { try NotifySocket.send(.ready) }
                #expect(fault.errno == errno)
            }
        }
    }
}
