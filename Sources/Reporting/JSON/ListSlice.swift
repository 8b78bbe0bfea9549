/// A part of a list: `limit` elements from the one at `offset`.
package struct ListSlice: Hashable, Sendable {
    /// The number of elements that are skipped.
    package var offset = 0
    /// The greatest number of elements; nil: all.
    package var limit: Int?

    /// The whole list.
    package static let all = ListSlice()

    /// A part of a list.
    package init(offset: Int = 0, limit: Int? = nil) {
        self.offset = offset
        self.limit = limit
    }

    /// The elements of the part.
    func selection<Elements: Collection>(of elements: Elements) -> Elements.SubSequence {
        elements.dropFirst(offset).prefix(limit ?? .max)
    }
}
