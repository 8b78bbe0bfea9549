// The fields of a message: an ordered multi-map over one block of octets, which contains the field lines as
// transmitted. A request's fields are one copy of its head, and only the requested values are converted to text; a
// response's fields are encoded once and appended as a block each time it is sent.

/// Fields in their original order, including repeated ones; names are case-insensitive (RFC 9110 §5.1).
package struct Fields: Sendable, Equatable {
    /// The position of a field's name and value in the block.
    struct Entry: Sendable, Equatable {
        let nameStart: UInt32
        let nameEnd: UInt32
        let valueStart: UInt32
        let valueEnd: UInt32

        init(name: Range<Int>, value: Range<Int>, relativeTo base: Int) {
            nameStart = UInt32(name.lowerBound - base)
            nameEnd = UInt32(name.upperBound - base)
            valueStart = UInt32(value.lowerBound - base)
            valueEnd = UInt32(value.upperBound - base)
        }

        @inline(__always)
        var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }

        @inline(__always)
        var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    }

    /// The field lines, each with its CRLF.
    private(set) var block: [UInt8]
    private(set) var entries: [Entry]

    /// No fields.
    package init() {
        block = []
        entries = []
    }

    /// Field lines that were parsed, with the positions of their names and values.
    init(block: [UInt8], entries: [Entry]) {
        self.block = block
        self.entries = entries
    }

    /// Number of field lines.
    package var count: Int { entries.count }

    /// Adds a field line.
    ///
    /// Traps on a name that is not a token and on a value with a control character: a field that splits the response is
    /// a bug of this program, never caused by a client.
    package mutating func append(_ name: String, _ value: String) {
        precondition(
            !name.isEmpty && name.utf8.allSatisfy { OctetSet.token.contains($0) }, "a field name is a token")
        precondition(
            value.utf8.allSatisfy { OctetSet.fieldValue.contains($0) }, "a field value has no control characters")
        let nameStart = block.count
        block.append(contentsOf: name.utf8)
        let nameEnd = block.count
        block.append(": ")
        let valueStart = block.count
        block.append(contentsOf: value.utf8)
        let valueEnd = block.count
        block.append("\r\n")
        entries.append(Entry(name: nameStart..<nameEnd, value: valueStart..<valueEnd, relativeTo: 0))
    }

    /// The first value with this name.
    package subscript(name: String) -> String? {
        entries.first { has($0, name) }.map { block.span.string($0.value) }
    }

    /// All values with this name, in order.
    package func values(_ name: String) -> [String] {
        entries.filter { has($0, name) }.map { block.span.string($0.value) }
    }

    /// Calls the closure with each value with this name, in order, without converting it to text.
    ///
    /// Several lines of a list field are equivalent to one line with commas (RFC 9110 §5.3).
    func forEachValue(_ name: String, _ body: (Octets, Range<Int>) -> Void) {
        for entry in entries where has(entry, name) { body(block.span, entry.value) }
    }

    /// The fields for whose lower-case name the closure returns true.
    func filter(_ keeps: (String) -> Bool) -> Fields {
        var kept = Fields()
        for entry in entries {
            let name = block.span.string(entry.name)
            if keeps(name.lowercased()) { kept.append(name, block.span.string(entry.value)) }
        }
        return kept
    }

    private func has(_ entry: Entry, _ name: String) -> Bool {
        guard entry.name.count == name.utf8.count else { return false }
        var index = entry.name.lowerBound
        for octet in name.utf8 {
            guard block[index].lowercased == octet.lowercased else { return false }
            index += 1
        }
        return true
    }
}
