// Like Swift's Mutex, but a thread can wait until another one has changed the value (pthread_cond_wait(3)).

import CLinux
import Glibc

/// A value shared by threads that can wait for its changes.
///
/// Sendable without the compiler's check: the value is only used while the lock of pthread(7) is held, and is Sendable itself.
package final class ConditionMutex<State: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// Access only under the mutex.
    private var state: State

    /// A mutex of this value.
    package init(_ state: State) {
        self.state = state
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Reads or changes the value; all waiting threads check it again, also after it was only read.
    package func withLock<Result>(_ body: (inout State) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
        }
        return body(&state)
    }

    /// Waits until `body`, which is called now and after each change, returns a result; nil if it returns none before
    /// `end` in terms of `Clock.monotonic`. `body` may change the value only if it returns a result.
    package func wait<Result>(until end: Duration? = nil, _ body: (inout State) -> Result?) -> Result? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        var isLate = false
        while true {
            if let result = body(&state) {
                pthread_cond_broadcast(condition)
                return result
            }
            if isLate { return nil }
            if let end {
                var time = timespec(end)
                isLate = pthread_cond_timedwait(condition, mutex, &time) == ETIMEDOUT
            } else {
                pthread_cond_wait(condition, mutex)
            }
        }
    }
}

extension timespec {
    /// Zero for a negative time.
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = max(.zero, duration).components
        self.init(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    }
}
