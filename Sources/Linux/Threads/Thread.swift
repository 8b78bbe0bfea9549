import CLinux
import Glibc
import Synchronization

/// Threads of the system (pthreads(7)). Signals to the process are delivered to the main thread: all others block them.
package enum Thread {
    /// Runs `body` on a new, detached thread; `name` has at most 15 octets.
    ///
    /// - Throws: EAGAIN if the thread limit is reached or there is no memory for the stack.
    package static func start(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemCallError) {
        pthread_detach(try create(name, body))
    }

    /// Runs `body` on a new thread and waits for it: changes to the thread's state, such as entering a namespace, end
    /// with it. `name` has at most 15 octets.
    package static func run<Value: Sendable>(
        name: String, _ body: @escaping @Sendable () throws(SystemCallError) -> Value
    ) throws(SystemCallError) -> Value {
        let outcome = Outcome<Value>()
        let thread = try create(name) {
            do throws(SystemCallError) {
                outcome.leave(.success(try body()))
            } catch {
                outcome.leave(.failure(error))
            }
        }
        pthread_join(thread, nil)
        return try outcome.taken().get()
    }

    /// Suspends the calling thread.
    package static func sleep(_ duration: Duration) {
        let parts = duration.components
        var rest = timespec(tv_sec: Int(parts.seconds), tv_nsec: Int(parts.attoseconds / 1_000_000_000))
        var left = timespec()
        while nanosleep(&rest, &left) != 0 && errno == EINTR { rest = left }
    }

    private static func create(
        _ name: String, _ body: @escaping @Sendable () -> Void
    ) throws(SystemCallError) -> pthread_t {
        let box = Unmanaged.passRetained(Body(name: name, run: body))
        var thread = pthread_t()
        var mask = sigset_t()
        var signals = Self.signalsOfTheProcess
        pthread_sigmask(SIG_BLOCK, &signals, &mask)
        defer { pthread_sigmask(SIG_SETMASK, &mask, nil) }
        let result = pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                let body = Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue()
                clinux_name_thread(body.name)
                body.run()
                return nil
            }, box.toOpaque())
        guard result == 0 else {
            box.release()
            throw SystemCallError("pthread_create", name, code: result)
        }
        return thread
    }

    /// All signals except those caused by the thread's own faults.
    private static let signalsOfTheProcess = {
        var signals = sigset_t()
        sigfillset(&signals)
        for fault in [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP] { sigdelset(&signals, fault) }
        return signals
    }()

    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Passes the result of a thread to the waiting one.
    private final class Outcome<Value: Sendable>: Sendable {
        private let result = Mutex<Result<Value, SystemCallError>?>(nil)

        func leave(_ value: Result<Value, SystemCallError>) {
            result.withLock { $0 = value }
        }

        func taken() -> Result<Value, SystemCallError> {
            guard let value = result.withLock({ $0 }) else { preconditionFailure("the thread left no result") }
            return value
        }
    }
}
