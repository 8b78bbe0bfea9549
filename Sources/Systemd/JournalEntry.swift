/// An entry of the journal: a message, its priority and fields that `journalctl NAME=value` finds.
package struct JournalEntry: Hashable, Sendable {
    /// A field besides MESSAGE and PRIORITY.
    package struct Field: Hashable, Sendable {
        /// Upper case letters, digits and underscores, such as `SELFCONNECT_VERDICT`.
        package let name: String
        /// Any text.
        package let value: String

        /// Memberwise initializer.
        ///
        /// - Precondition: the journal accepts the name from a service: at most 64 characters, only `A-Z`, `0-9` and
        ///   `_`, starting with a letter (systemd.journal-fields(7), sd_journal_print(3)).
        package init(_ name: String, _ value: String) {
            precondition(Self.isName(name), "\(name) is not the name of a journal field")
            self.name = name
            self.value = value
        }

        static func isName(_ name: String) -> Bool {
            guard (1...64).contains(name.utf8.count), let first = name.utf8.first else { return false }
            let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
            let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
            return letters.contains(first)
                && name.utf8.allSatisfy { letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "_") }
        }
    }

    /// For people.
    package var message: String
    /// Severity.
    package var priority: JournalPriority
    /// For programs.
    package var fields: [Field]

    /// Memberwise initializer.
    package init(_ message: String, priority: JournalPriority, fields: [Field] = []) {
        self.message = message
        self.priority = priority
        self.fields = fields
    }

    /// Octets of the message and of all names and values.
    package var octetCount: Int {
        fields.reduce(message.utf8.count) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    }

    /// `NAME=value` for each field, message and priority first.
    var assignments: [String] {
        ["MESSAGE=\(message)", "PRIORITY=\(priority.rawValue)"] + fields.map { "\($0.name)=\($0.value)" }
    }
}
