// Quoting of text from the file in messages: in quotation marks, on one line, with limited length.

import Primitives
import SelfConnect

extension Unicode.Scalar {
    /// Whether the character breaks a line or controls a terminal: C0, DEL, C1 and the two Unicode separators.
    var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        default: false
        }
    }
}

extension StringProtocol {
    /// Whether the text contains a control character.
    var hasControls: Bool { unicodeScalars.contains(where: \.isControl) }

    /// The text in quotation marks, truncated to 60 characters, with unprintable characters replaced.
    var quoted: String {
        var inner = String.UnicodeScalarView()
        for scalar in unicodeScalars.prefix(60) { inner.append(scalar.isUnprintable ? "\u{FFFD}" : scalar) }
        if unicodeScalars.dropFirst(60).first != nil { inner.append("…") }
        return "“\(String(inner))”"
    }
}
