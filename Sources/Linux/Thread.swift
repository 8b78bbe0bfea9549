import CLinux
import Glibc

/// Threads of the system's (pthreads(7)).
public enum Thread {
    /// Runs `body` on a new thread that nobody joins; `name` is at most 15 octets.
    public static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Body(name: name, run: body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                let body = Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue()
                clinux_name_thread(body.name)
                body.run()
                return nil
            }, box.toOpaque())
        precondition(result == 0, "no thread could be started: \(SystemCallError.name(of: result))")
        pthread_detach(thread)
    }

    /// Puts the calling thread to sleep.
    public static func sleep(_ duration: Duration) {
        let parts = duration.components
        var rest = timespec(tv_sec: Int(parts.seconds), tv_nsec: Int(parts.attoseconds / 1_000_000_000))
        var left = timespec()
        while nanosleep(&rest, &left) != 0 && errno == EINTR { rest = left }
    }

    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
}
