// All JSON of the program is written here: documents, output of commands, log lines, refusals. Documents are functions
// that write one member after another, so the order of the keys is that of the calls.

/// Writes one JSON document (RFC 8259).
package struct JSONWriter {
    private var octets: [UInt8] = []
    /// Whether the next element or member follows another one of the same array or object.
    private var needsComma = false
    /// The fingerprint of the octets before `covered`.
    private var fingerprint = Fingerprint()
    private var covered = 0
    private var isFingerprintComplete = true

    init() {}

    /// Ends the document.
    consuming func finished() -> JSONText {
        octets.append(UInt8(ascii: "\n"))
        coverOctets()
        return JSONText(octets, fingerprint, isFingerprintComplete: isFingerprintComplete)
    }

    // MARK: Objects and arrays

    /// An object with the members that the function writes.
    package mutating func object(_ write: (inout JSONWriter) -> Void) {
        enclosed("{", "}", write)
    }

    /// An array; the function writes each element.
    package mutating func array<Elements: Sequence>(
        _ elements: Elements, _ write: (inout JSONWriter, Elements.Element) -> Void
    ) {
        enclosed("[", "]") { json in
            for element in elements { write(&json, element) }
        }
    }

    /// A member with the value that the function writes.
    package mutating func member(_ key: String, _ write: (inout JSONWriter) -> Void) {
        string(key)
        octets.append(UInt8(ascii: ":"))
        needsComma = false
        write(&self)
    }

    /// A member that is an object.
    package mutating func object(_ key: String, _ write: (inout JSONWriter) -> Void) {
        member(key) { $0.object(write) }
    }

    /// A member that is an array; the function writes each element.
    package mutating func array<Elements: Sequence>(
        _ key: String, _ elements: Elements, _ write: (inout JSONWriter, Elements.Element) -> Void
    ) {
        member(key) { $0.array(elements, write) }
    }

    /// A member that is an array of strings.
    package mutating func strings(_ key: String, _ elements: some Sequence<String>) {
        array(key, elements) { $0.string($1) }
    }

    // MARK: Members; nil is omitted

    /// A string.
    package mutating func member(_ key: String, _ text: String?) {
        if let text { member(key) { $0.string(text) } }
    }

    /// The word of an enumeration.
    package mutating func member(_ key: String, _ word: (some RawRepresentable<String>)?) {
        member(key, word?.rawValue)
    }

    /// A number.
    package mutating func member(_ key: String, _ number: (some BinaryInteger)?) {
        if let number { member(key) { $0.literal(String(number)) } }
    }

    /// A finite number; without a fraction it is written as an integer.
    package mutating func member(_ key: String, _ number: Double?) {
        guard let number else { return }
        precondition(number.isFinite, "JSON has no number for \(number)")
        let text = number.description
        member(key) { $0.literal(text.hasSuffix(".0") ? String(text.dropLast(2)) : text) }
    }

    /// A truth value.
    package mutating func member(_ key: String, _ truth: Bool?) {
        if let truth { member(key) { $0.literal(truth ? "true" : "false") } }
    }

    // MARK: Values

    /// A string. Unprintable characters are escaped, so that a document can be shown on a terminal and nothing is lost.
    package mutating func string(_ text: String) {
        separate()
        octets.append(UInt8(ascii: "\""))
        var text = text
        let isPlain = text.withUTF8 { utf8 in
            guard utf8.allSatisfy(\.isPlainInJSON) else { return false }
            octets.append(contentsOf: utf8)
            return true
        }
        if !isPlain { for scalar in text.unicodeScalars { append(scalar) } }
        octets.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// A value that is a document of its own.
    package mutating func document(_ document: JSONText) {
        self.document(document.octets[...], document.fingerprint, isFingerprintComplete: document.isFingerprintComplete)
    }

    /// A value that is a document of its own, with its fingerprint.
    package mutating func document(
        _ text: ArraySlice<UInt8>, _ fingerprint: Fingerprint, isFingerprintComplete isComplete: Bool
    ) {
        separate()
        coverOctets()
        octets.append(contentsOf: text.last == UInt8(ascii: "\n") ? text.dropLast() : text)
        self.fingerprint.combine(fingerprint)
        covered = octets.count
        isFingerprintComplete = isFingerprintComplete && isComplete
        needsComma = true
    }

    /// Members that the fingerprint leaves out because they change although nothing of interest does, such as the time
    /// of the last pass. Not to be nested.
    package mutating func outsideFingerprint(_ write: (inout JSONWriter) -> Void) {
        coverOctets()
        write(&self)
        covered = octets.count
        isFingerprintComplete = false
    }

    // MARK: Octets

    private mutating func enclosed(
        _ first: Unicode.Scalar, _ last: Unicode.Scalar, _ write: (inout JSONWriter) -> Void
    ) {
        separate()
        octets.append(UInt8(ascii: first))
        needsComma = false
        write(&self)
        octets.append(UInt8(ascii: last))
        needsComma = true
    }

    private mutating func literal(_ text: String) {
        separate()
        octets.append(contentsOf: text.utf8)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { octets.append(UInt8(ascii: ",")) }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": octets += "\\\"".utf8
        case "\\": octets += "\\\\".utf8
        case "\n": octets += "\\n".utf8
        case "\r": octets += "\\r".utf8
        case "\t": octets += "\\t".utf8
        case _ where scalar.isUnprintable:
            for unit in scalar.utf16 {
                let digits = String(unit, radix: 16)
                octets += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
            }
        default: octets.append(contentsOf: scalar.utf8)
        }
    }

    private mutating func coverOctets() {
        fingerprint.combine(octets[covered...])
        covered = octets.count
    }
}

extension UInt8 {
    /// Whether a JSON string contains the octet as it is.
    fileprivate var isPlainInJSON: Bool {
        (0x20..<0x7F).contains(self) && self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\")
    }
}
