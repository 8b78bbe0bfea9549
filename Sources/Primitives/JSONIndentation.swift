extension JSONText {
    /// The same document for people: each member and element on its own line, indented by two spaces.
    package var indented: JSONText {
        var result: [UInt8] = []
        result.reserveCapacity(octets.count * 2)
        var depth = 0
        var (isInString, isEscaped) = (false, false)
        for (index, octet) in octets.enumerated() {
            if isInString {
                result.append(octet)
                isInString = octet != UInt8(ascii: "\"") || isEscaped
                isEscaped = octet == UInt8(ascii: "\\") && !isEscaped
                continue
            }
            // A document ends with a line feed: there is a next octet.
            switch octet {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                result.append(octet)
                // Brackets differ from their closing ones by 2 in ASCII.
                guard octets[index + 1] != octet + 2 else { continue }
                depth += 1
                result.breakLine(depth)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if octets[index - 1] != octet - 2 {
                    depth -= 1
                    result.breakLine(depth)
                }
                result.append(octet)
            case UInt8(ascii: ","):
                result.append(octet)
                result.breakLine(depth)
            case UInt8(ascii: ":"):
                result += ": ".utf8
            default:
                result.append(octet)
                isInString = octet == UInt8(ascii: "\"")
            }
        }
        return JSONText(result, fingerprint, isFingerprintComplete: isFingerprintComplete)
    }
}

extension [UInt8] {
    fileprivate mutating func breakLine(_ depth: Int) {
        append(UInt8(ascii: "\n"))
        append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }
}
