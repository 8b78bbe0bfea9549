/// Octets that clients have not read yet, of all connections together.
struct UnsentOutput {
    /// Beyond this the slowest readers are closed, and large documents are refused to others.
    var limit = 64 << 20
    private(set) var total = 0

    /// Whether there are too many.
    var isExceeded: Bool { total >= limit }

    /// A connection has `new` unsent octets instead of `old`.
    mutating func replace(_ old: Int, with new: Int) { total += new - old }
}
