/// Checks that markup is well-formed: tags are closed in the right order.
enum TagBalance {
    /// The first fault; nil if there is none.
    static func fault(in text: String, void: Set<Substring> = []) -> String? {
        var open: [Substring] = []
        for part in text.split(separator: "<").dropFirst(text.hasPrefix("<") ? 0 : 1) {
            guard let end = part.firstIndex(of: ">") else { return "<\(part.prefix(40)) does not end" }
            let tag = part[..<end]
            if tag.hasPrefix("!") || tag.hasSuffix("/") { continue }
            let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }
            if name.isEmpty { return "<\(tag)> is no tag" }
            if void.contains(name) { continue }
            if !tag.hasPrefix("/") {
                open.append(name)
            } else if open.popLast() != name {
                return "</\(name)> closes something else"
            }
        }
        return open.isEmpty ? nil : "\(open) stay open"
    }
}
