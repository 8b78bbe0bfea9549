// Suggestions for misspelt words.

/// Finds the known word that is most similar to a misspelt one.
package enum Spelling {
    /// The most similar candidate: one that begins with the word, or one that differs in at most a third of its letters
    /// (at least one). Case is ignored.
    package static func nearest(to written: String, among candidates: [String]) -> String? {
        guard written.utf8.count <= 64 else { return nil }
        let word = written.lowercased()
        if word.utf8.count >= 3, let longer = candidates.first(where: { $0.hasPrefix(word) }) { return longer }
        let rated = candidates.map { (distance: distance(word, $0), word: $0) }
        guard let best = rated.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(1, best.word.utf8.count / 3) ? best.word : nil
    }

    /// A hint to append to a message: the most similar word, or all of them.
    package static func hint(for word: String, among candidates: [String], called known: String) -> String {
        if let nearest = nearest(to: word, among: candidates) { return "did you mean “\(nearest)”?" }
        return "\(known) \(candidates.joined(separator: ", "))"
    }

    /// The edit distance: insertions, deletions, replacements and swaps of adjacent letters that turn one word into the
    /// other (optimal string alignment).
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let isEqual = left[row] == right[column]
                var cost = min(last[column] + (isEqual ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
