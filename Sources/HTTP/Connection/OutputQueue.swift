// The output to a client. Heads are collected in a buffer that is reused for the next response; contents are shared
// with their responses, so that the owner writes both with one writev and without a copy. Small contents are still
// copied behind their heads, because a copy is cheaper than another piece.

/// A queue of octets in pieces.
package struct OutputQueue: Sendable {
    /// Contents up to this size are copied.
    private static let smallContent = 1_024
    /// A spare buffer with more capacity than this is freed.
    private static let spareCapacity = 4_096

    /// The pieces that are not completely written; none is empty.
    private var pieces: [[UInt8]] = []
    /// The first piece that is not completely written, and how much of it is written.
    private var first = 0
    private var written = 0
    /// Whether the last piece is a buffer of this queue, to which octets can be appended.
    private var lastIsOpen = false
    /// The index of the newest such buffer.
    private var buffer: Int?
    private var spare: [UInt8] = []

    /// Number of pending octets.
    package private(set) var count = 0

    /// Whether no octets are pending.
    package var isEmpty: Bool { count == 0 }

    init() {}

    /// Queues a response.
    mutating func append(
        _ response: Response, at moment: Moment, persistence: ResponseEncoder.Persistence, omitsContent: Bool
    ) {
        if !lastIsOpen {
            pieces.append([])
            buffer = pieces.count - 1
            swap(&pieces[pieces.count - 1], &spare)
            lastIsOpen = true
        }
        let last = pieces.count - 1
        let before = pieces[last].count
        ResponseEncoder.appendHead(of: response, at: moment, persistence: persistence, to: &pieces[last])
        let hasContent = !omitsContent && !response.content.isEmpty
        let isSmall = response.content.count <= OutputQueue.smallContent
        if hasContent && isSmall { pieces[last].append(contentsOf: response.content) }
        count += pieces[last].count - before
        if hasContent && !isSmall {
            pieces.append(response.content)
            count += response.content.count
            lastIsOpen = false
        }
    }

    /// Passes the next octets to write, as two pieces for `writev`; the second may be empty. A long queue may contain
    /// more.
    package func withNext<Result>(_ body: (_ first: Octets, _ second: Octets) -> Result) -> Result {
        let next = first < pieces.count ? pieces[first] : []
        let afterwards = first + 1 < pieces.count ? pieces[first + 1] : []
        return body(next.span.extracting(written..<next.count), afterwards.span)
    }

    /// Removes octets that were written to the client's socket.
    ///
    /// Traps if there are not that many.
    mutating func remove(_ taken: Int) {
        precondition(taken >= 0 && taken <= count, "more was written than waited")
        count -= taken
        guard count > 0 else { return clear() }
        var left = taken
        while left >= pieces[first].count - written {
            left -= pieces[first].count - written
            pieces[first] = []
            first += 1
            written = 0
        }
        written += left
    }

    /// Removes everything, but keeps one buffer for the next head.
    mutating func clear() {
        if let buffer { swap(&spare, &pieces[buffer]) }
        buffer = nil
        pieces.removeAll(keepingCapacity: pieces.count <= 8)
        if spare.capacity <= OutputQueue.spareCapacity {
            spare.removeAll(keepingCapacity: true)
        } else {
            spare = []
        }
        first = 0
        written = 0
        count = 0
        lastIsOpen = false
    }
}
