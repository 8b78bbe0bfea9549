import Linux

/// The threads that run until they are stopped.
final class Workers: Sendable {
    private struct State {
        var running = 0
        var fault: SystemCallError?
    }

    private let state = ConditionMutex(State())
    private let ended: @Sendable () -> Void

    /// Creates no thread yet; `ended` is called at the end of each thread.
    init(ended: @escaping @Sendable () -> Void) {
        self.ended = ended
    }

    /// Runs `body` on its own thread; `name` is shown by ps -T, at most 15 octets.
    func start(
        _ name: String, _ body: @escaping @Sendable () throws(SystemCallError) -> Void
    ) throws(SystemCallError) {
        state.withLock { $0.running += 1 }
        do throws(SystemCallError) {
            try Thread.start(name: name) {
                var fault: SystemCallError?
                do throws(SystemCallError) { try body() } catch { fault = error }
                self.end(fault)
            }
        } catch {
            state.withLock { $0.running -= 1 }
            throw error
        }
    }

    /// The error of the first thread that failed.
    var fault: SystemCallError? { state.withLock { $0.fault } }

    /// Waits for all threads until `end`; returns whether they have ended.
    func haveEnded(by end: Duration) -> Bool {
        state.wait(until: end) { $0.running == 0 ? true : nil } ?? false
    }

    private func end(_ fault: SystemCallError?) {
        state.withLock { state in
            state.running -= 1
            state.fault = state.fault ?? fault
        }
        ended()
    }
}
