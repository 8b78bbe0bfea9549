// A thread of its own for an actor that blocks. Swift's shared pool has one thread a core: a probe that waits there
// would stall HTTP and the watchdog.

import CLinux
import Glibc

/// Runs the jobs of one actor on one thread, in order, until it is deallocated.
public final class ThreadExecutor: SerialExecutor {
    private let queue = JobQueue()

    /// Starts the thread; `name` is what ps -T shows, at most 15 octets.
    public init(name: String) {
        let queue = queue
        Thread.start(name: name) { queue.runUntilClosed() }
    }

    deinit { queue.close() }

    /// Puts a job behind those that wait.
    public func enqueue(_ job: consuming ExecutorJob) {
        queue.append(UnownedJob(job), for: asUnownedSerialExecutor())
    }
}

/// The jobs that wait. Everything mutable is under the mutex.
private final class JobQueue: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [(job: UnownedJob, executor: UnownedSerialExecutor)] = []
    private var isClosed = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func append(_ job: UnownedJob, for executor: UnownedSerialExecutor) {
        pthread_mutex_lock(mutex)
        jobs.append((job, executor))
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    func runUntilClosed() {
        while let waiting = take() {
            for (job, executor) in waiting { job.runSynchronously(on: executor) }
        }
    }

    private func take() -> [(job: UnownedJob, executor: UnownedSerialExecutor)]? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while jobs.isEmpty {
            guard !isClosed else { return nil }
            pthread_cond_wait(condition, mutex)
        }
        defer { jobs.removeAll(keepingCapacity: true) }
        return jobs
    }
}
