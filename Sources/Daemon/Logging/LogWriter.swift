// The reader of the log may stop reading: a container's log driver, a pager, a terminal stopped with Ctrl-S, a journal
// that hangs. A write then blocks for an unlimited time, so a dedicated thread writes and the others queue their lines.
//
// Two alternatives were rejected. O_NONBLOCK applies to the open file description, which the daemon shares with the
// process that started it: a shell would find its terminal non-blocking. The result of poll(2) is outdated as soon as
// another process writes to the same pipe, and poll(2) does not help with regular files and sd_journal_sendv(3).

import Glibc
import Linux
import Systemd

/// Writes to stderr or the journal on its own thread.
final class LogWriter: Sendable {
    /// An item to write.
    enum Item: Sendable {
        /// Octets for stderr.
        case line([UInt8])
        /// An entry of the journal; the octets go to stderr if the journal cannot be reached.
        case entry(JournalEntry, otherwise: [UInt8])

        fileprivate var size: Int {
            switch self {
            case .line(let octets): octets.count
            case .entry(let entry, let octets): entry.octetCount + octets.count
            }
        }
    }

    private struct State: Sendable {
        var waiting: [Item] = []
        /// Octets of the waiting items.
        var size = 0
        var isWriting = false
        /// Since the last message about dropped items.
        var dropped = 0
        var droppedEver = 0
    }

    private let state = ConditionMutex(State())
    private let descriptor: Int32
    private let remark: @Sendable (_ dropped: Int) -> Item

    /// Capacity of the queue in octets; items beyond it are dropped and counted.
    static let capacity = 256 << 10

    /// A writer to this descriptor; `remark` creates the message about dropped items.
    init(to descriptor: Int32, remark: @escaping @Sendable (_ dropped: Int) -> Item) {
        self.descriptor = descriptor
        self.remark = remark
    }

    /// Starts writing. Items that were put before are queued.
    func start() throws(SystemCallError) {
        try Thread.start(name: "log") { [self] in
            while true { write(nextBatch()) }
        }
    }

    /// Queues an item, or drops it if the queue is full. Never blocks.
    func put(_ item: Item) {
        state.withLock { state in
            guard state.size + item.size <= Self.capacity else {
                state.dropped += 1
                state.droppedEver += 1
                return
            }
            state.waiting.append(item)
            state.size += item.size
        }
    }

    /// How many items were dropped so far.
    var dropped: Int { state.withLock { $0.droppedEver } }

    /// Waits until everything is written, at most until `end`; returns whether it is.
    @discardableResult
    func waitUntilWritten(by end: Duration) -> Bool {
        state.wait(until: end) { $0.waiting.isEmpty && !$0.isWriting && $0.dropped == 0 ? true : nil } ?? false
    }

    /// The queued items. The message about dropped items follows them: those were put after the queued ones.
    private func nextBatch() -> [Item] {
        state.withLock { $0.isWriting = false }
        let batch = state.wait { state -> [Item]? in
            guard !state.waiting.isEmpty || state.dropped > 0 else { return nil }
            defer { (state.waiting, state.size, state.dropped, state.isWriting) = ([], 0, 0, true) }
            return state.waiting + (state.dropped > 0 ? [remark(state.dropped)] : [])
        }
        return batch ?? []
    }

    private func write(_ items: [Item]) {
        for item in items {
            switch item {
            case .line(let octets):
                write(octets)
            case .entry(let entry, let octets):
                do throws(SystemdError) { try Journal.send(entry) } catch { write(octets) }
            }
        }
    }

    /// A line is also dropped if writing fails because the reader has gone or the disk is full. SIGPIPE is blocked on
    /// all threads but the main thread.
    private func write(_ octets: [UInt8]) {
        do throws(SystemCallError) {
            try Output.write(octets, to: descriptor)
        } catch {
            state.withLock { $0.droppedEver += 1 }
        }
    }
}
