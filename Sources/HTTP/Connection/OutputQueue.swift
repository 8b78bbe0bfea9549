// What waits to be written to a client. Heads are gathered in a buffer that is used again for the
// next answer; contents are shared with the answers they belong to and stay where they are, so that
// the owner writes both with one writev and copies neither. Small contents are copied behind their
// heads all the same, because a copy is then cheaper than another piece.

/// A queue of octets in pieces.
public struct OutputQueue: Sendable {
    /// Contents up to this size are copied.
    private static let smallContent = 1_024
    /// A spare buffer that grew beyond this is given back.
    private static let spareCapacity = 4_096

    /// The pieces that are not written out, none of them empty.
    private var pieces: [[UInt8]] = []
    /// The first piece that is not written out, and how much of it is.
    private var first = 0
    private var written = 0
    /// Whether the last piece is a buffer of this queue, which may grow.
    private var lastIsOpen = false
    /// Which piece is the youngest such buffer.
    private var buffer: Int?
    private var spare: [UInt8] = []

    /// Octets that wait.
    public private(set) var count = 0

    /// Whether nothing waits.
    public var isEmpty: Bool { count == 0 }

    init() {}

    /// Queues an answer.
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

    /// Lends the next octets to write, as the two pieces that `writev` takes; the second may be
    /// empty. In a long queue more may follow them.
    public func withNext<Result>(_ body: (_ first: Octets, _ second: Octets) -> Result) -> Result {
        let next = first < pieces.count ? pieces[first] : []
        let afterwards = first + 1 < pieces.count ? pieces[first + 1] : []
        return body(next.span.extracting(written..<next.count), afterwards.span)
    }

    /// Takes note that the client's socket took this many of the octets.
    ///
    /// Traps if that is more than there were.
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

    /// Forgets everything, but keeps one buffer for the next head.
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
