/// A JSON document in compact form, with a line feed at its end for terminals.
package struct JSONText: Sendable {
    /// UTF-8.
    package let octets: [UInt8]
    /// The fingerprint of all octets except those that were written outside it.
    package let fingerprint: Fingerprint
    /// Whether the fingerprint covers all octets, so that equal fingerprints mean equal octets.
    package let isFingerprintComplete: Bool

    /// A document whose parts are all covered by its fingerprint, such as a file.
    package init(_ octets: [UInt8]) {
        var fingerprint = Fingerprint()
        fingerprint.combine(octets[...])
        self.init(octets, fingerprint, isFingerprintComplete: true)
    }

    init(_ octets: [UInt8], _ fingerprint: Fingerprint, isFingerprintComplete: Bool) {
        self.octets = octets
        self.fingerprint = fingerprint
        self.isFingerprintComplete = isFingerprintComplete
    }

    /// The octets without the line feed.
    package var value: ArraySlice<UInt8> { octets.last == UInt8(ascii: "\n") ? octets.dropLast() : octets[...] }

    /// The document that the function writes.
    package static func written(_ write: (inout JSONWriter) -> Void) -> JSONText {
        var writer = JSONWriter()
        write(&writer)
        return writer.finished()
    }
}

/// FNV-1a with 64 bits: distinguishes the successive versions of a document.
package struct Fingerprint: Sendable, Equatable {
    private(set) var bits: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The fingerprint of no octets.
    package init() {}

    /// Continues with these octets.
    package mutating func combine(_ octets: ArraySlice<UInt8>) {
        octets.withUnsafeBufferPointer { octets in
            for octet in octets { combine(octet) }
        }
    }

    /// Continues with the fingerprint of a part.
    mutating func combine(_ part: Fingerprint) {
        for shift in stride(from: 0, to: 64, by: 8) { combine(UInt8(truncatingIfNeeded: part.bits >> UInt64(shift))) }
    }

    private mutating func combine(_ octet: UInt8) {
        bits = (bits ^ UInt64(octet)) &* 0x100_0000_01B3
    }

    /// Hexadecimal.
    package var text: String { String(bits, radix: 16) }
}
