import CLinux
import Glibc
import Synchronization

/// Threads of the system's (pthreads(7)). Signals that are sent to the process go to the main thread: all others block them.
public enum Thread {
    /// Runs `body` on a new thread that nobody joins; `name` is at most 15 octets.
    ///
    /// - Throws: EAGAIN where there may be no more threads, or there is no memory for its stack.
    public static func start(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemCallError) {
        pthread_detach(try create(name, body))
    }

    /// Runs `body` on a thread of its own and waits for it: what it does to its thread, such as entering a namespace,
    /// ends with it. `name` is at most 15 octets.
    public static func run<Value: Sendable>(
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

    /// Puts the calling thread to sleep.
    public static func sleep(_ duration: Duration) {
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

    /// All but those by which a thread dies of a fault of its own.
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

    /// What a thread left for the one that waited for it.
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
