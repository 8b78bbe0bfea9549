package import Linux
import Synchronization

/// An action repeated on another thread, in the namespace of the thread that started it.
package final class Repetition: Sendable {
    private let isStopping = Atomic(false)
    private let hasEnded = Atomic(false)
    private let times = Atomic(0)

    /// Starts.
    package init(_ body: @escaping @Sendable () -> Void) throws(SystemCallError) {
        try Thread.start(name: "test-repetition") { [self] in
            while !isStopping.load(ordering: .relaxed) {
                body()
                times.add(1, ordering: .relaxed)
            }
            hasEnded.store(true, ordering: .releasing)
        }
    }

    /// The number of repetitions so far.
    package var count: Int { times.load(ordering: .relaxed) }

    /// Ends it, waits until it has ended, and returns the number of repetitions.
    @discardableResult
    package func stop() -> Int {
        isStopping.store(true, ordering: .relaxed)
        while !hasEnded.load(ordering: .acquiring) { Thread.sleep(.milliseconds(1)) }
        return count
    }
}
