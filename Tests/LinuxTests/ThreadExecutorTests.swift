import Glibc
import Linux
import Synchronization
import Testing

@Suite struct ThreadExecutorTests {
    @Test("An actor's jobs run on one thread of that name, off the pool") func oneThread() async throws {
        let clerk = Clerk()
        var threads: Set<UInt> = []
        for _ in 0..<100 {
            threads.insert(await clerk.thread())
            await Task.yield()
        }
        #expect(threads.count == 1)
        #expect(threads != [UInt(pthread_self())])
        #expect(try await clerk.threadName() == "test-clerk")
    }

    @Test("Jobs run in the order in which they came") func order() async {
        let clerk = Clerk()
        for number in 0..<1000 { await clerk.note(number) }
        #expect(await clerk.notes == Array(0..<1000))
    }

    @Test("Jobs of many tasks never run at once") func exclusion() async {
        let clerk = Clerk()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 { group.addTask { await clerk.note(number) } }
        }
        #expect(await clerk.notes.sorted() == Array(0..<200))
    }

    @Test("Actors that block do not keep the pool from its work") func poolIsFree() async {
        // More than the pool has threads: were they its own, nobody would be left to give the signal.
        let clerks = (0..<16).map { _ in Clerk() }
        let isGiven = Flag()
        let waits = clerks.map { clerk in Task { await clerk.wait(for: isGiven, atMost: .seconds(90)) } }
        for clerk in clerks { while !clerk.isWaiting.value { await Task.yield() } }
        isGiven.set()
        for wait in waits { #expect(await wait.value) }
    }

    @Test("The thread ends with the executor") func ends() async throws {
        let name = "test-brief"
        do {
            let clerk = Clerk(name: name)
            _ = await clerk.thread()
            #expect(try Self.threads(named: name) == 1)
        }
        var left = 1
        for _ in 0..<9000 where left > 0 {
            try await Task.sleep(for: .milliseconds(10))
            left = try Self.threads(named: name)
        }
        #expect(left == 0)
    }

    @Test("Jobs that wait when the last reference goes are still done") func finishesItsWork() async {
        let notes = await Task {
            let clerk = Clerk()
            let tasks = (0..<10).map { number in
                Task {
                    await clerk.note(number)
                    return number
                }
            }
            return tasks
        }.value
        var done: [Int] = []
        for task in notes { done.append(await task.value) }
        #expect(done == Array(0..<10))
    }

    private static func threads(named name: String) throws -> Int {
        guard let folder = opendir("/proc/self/task") else { throw SystemCallError("opendir", code: errno) }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            let id = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if (try? SmallFile.text("/proc/self/task/\(id)/comm")) == name + "\n" { count += 1 }
        }
        return count
    }
}

/// An actor on a thread of its own.
private actor Clerk {
    private let executor: ThreadExecutor
    private(set) var notes: [Int] = []

    init(name: String = "test-clerk") { executor = ThreadExecutor(name: name) }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func note(_ number: Int) { notes.append(number) }

    func thread() -> UInt { UInt(pthread_self()) }

    func threadName() throws(SystemCallError) -> String {
        String(try SmallFile.text("/proc/thread-self/comm").dropLast())
    }

    /// Whether `wait` has begun; asked without waiting for the thread, which is blocked then.
    nonisolated let isWaiting = Flag()

    /// Blocks the thread until the flag is set; false if that takes too long.
    func wait(for flag: Flag, atMost patience: Duration) -> Bool {
        isWaiting.set()
        let start = Clock.monotonic
        while !flag.value && Clock.monotonic - start < patience { Thread.sleep(.milliseconds(1)) }
        return flag.value
    }
}

/// Something that becomes true once.
private final class Flag: Sendable {
    private let isSet = Atomic(false)

    var value: Bool { isSet.load(ordering: .acquiring) }

    func set() { isSet.store(true, ordering: .releasing) }
}
