// How text of the file is repeated in a message: in quotation marks, on one line, and not at any length.

import SelfConnect

extension Unicode.Scalar {
    /// Whether it would break a line or command a terminal: C0, DEL, C1 and the two Unicode separators.
    var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        default: false
        }
    }
}

extension StringProtocol {
    /// Whether any character would break a line or command a terminal.
    var hasControls: Bool { unicodeScalars.contains(where: \.isControl) }

    /// The text in quotation marks, without what is not printable, and cut after 60 characters.
    var quoted: String {
        var inner = String.UnicodeScalarView()
        for scalar in unicodeScalars.prefix(60) { inner.append(scalar.isUnprintable ? "\u{FFFD}" : scalar) }
        if unicodeScalars.dropFirst(60).first != nil { inner.append("…") }
        return "“\(String(inner))”"
    }
}
