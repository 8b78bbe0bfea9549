// Network namespaces for tests: each test that opens sockets has its own, so that it neither touches the host's
// ephemeral range nor sees sockets of other tests.

import CLinux
import Glibc
import Linux
package import SelfConnect
import Synchronization

/// A temporary network namespace with loopback up, entered by a thread with the lifetime of the test.
package enum PrivateNetwork {
    /// Why tests that need a namespace cannot run here; nil if they can.
    package static let hindrance: String? = {
        do {
            try run {}
            return nil
        } catch {
            return "needs the right to make network namespaces (CAP_SYS_ADMIN): \(error)"
        }
    }()

    /// Whether namespaces can be created: for `.enabled(if:)`, which reports that a test was skipped.
    package static var isAvailable: Bool { hindrance == nil }

    /// Runs `body` in a new namespace with this ephemeral range and these reserved ports, and waits for it.
    ///
    /// `body` runs on its own thread: only that thread is in the namespace, and children that it starts. Descriptors
    /// that it opens are only open there: they can be passed to threads that it starts, and to no other.
    package static func run<Result: Sendable>(
        range: PortRange = PortRange(40000, 41000), reserved: String = "40500-40509",
        _ body: @escaping @Sendable () throws -> Result
    ) throws -> Result {
        try onOwnThread {
            try OwnDescriptors.take()
            try NetworkNamespace.unshare()
            try bringUpLoopback()
            try write("\(range.first) \(range.last)", to: rangeName)
            try write(reserved, to: "net/ipv4/ip_local_reserved_ports")
            return try body()
        }
    }

    private static let rangeName = "net/ipv4/ip_local_port_range"

    /// Runs `body` with another ephemeral range in the calling thread's namespace, which must not be the process's own.
    static func withRange<Result>(_ range: PortRange, _ body: () throws -> Result) throws -> Result {
        let (own, here) = try (
            NetworkNamespace.inode(of: "/proc/self/ns/net"), NetworkNamespace.inode(of: "/proc/thread-self/ns/net")
        )
        precondition(here != own, "the range of the host")
        let before = try KernelFile.text("/proc/sys/" + rangeName)
        try write("\(range.first) \(range.last)", to: rangeName)
        let result = Swift.Result { try body() }
        try write(before, to: rangeName)
        return try result.get()
    }

    /// Writes a sysctl of the calling thread's namespace.
    package static func write(_ value: String, to name: String) throws {
        let path = "/proc/sys/" + name
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemCallError("open", path, code: errno) }
        defer { close(descriptor) }
        // An empty write has no effect; a line feed clears a list.
        let text = value.isEmpty ? "\n" : value
        guard Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count else {
            throw SystemCallError("write", path, code: errno)
        }
    }

    private static func onOwnThread<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) throws -> Result {
        let outcome = Mutex<Swift.Result<Result, any Error>?>(nil)
        let box = Box(outcome)
        let done = Semaphore()
        // A task, so that a failed expectation on the thread is attributed to the test.
        Task(executorPreference: ThreadPerJob()) {
            let result = Swift.Result { try body() }
            box.mutex.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        guard let result = box.mutex.withLock({ $0 }) else { preconditionFailure("the thread left no result") }
        return try result.get()
    }

    /// Runs each job on a thread that ends with it.
    private final class ThreadPerJob: TaskExecutor {
        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            do throws(SystemCallError) {
                try Thread.start(name: "test-network") { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
            } catch {
                preconditionFailure("\(error)")
            }
        }
    }

    private static func bringUpLoopback() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemCallError("socket", code: errno) }
        defer { close(descriptor) }
        var request = ifreq()
        withUnsafeMutableBytes(of: &request.ifr_ifrn.ifrn_name) { $0.copyBytes(from: "lo".utf8) }
        guard ioctl(descriptor, UInt(SIOCGIFFLAGS), &request) == 0 else {
            throw SystemCallError("ioctl SIOCGIFFLAGS", "lo", code: errno)
        }
        request.ifr_ifru.ifru_flags |= Int16(IFF_UP | IFF_RUNNING)
        guard ioctl(descriptor, UInt(SIOCSIFFLAGS), &request) == 0 else {
            throw SystemCallError("ioctl SIOCSIFFLAGS", "lo", code: errno)
        }
    }

    private final class Box<Value: Sendable>: Sendable {
        let mutex: Mutex<Value>

        init(_ mutex: consuming sending Mutex<Value>) { self.mutex = mutex }
    }

    private final class Semaphore: @unchecked Sendable {
        private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

        init() { sem_init(semaphore, 0, 0) }

        deinit {
            sem_destroy(semaphore)
            semaphore.deallocate()
        }

        func signal() { sem_post(semaphore) }

        func wait() {
            while sem_wait(semaphore) != 0 && errno == EINTR {}
        }
    }
}
