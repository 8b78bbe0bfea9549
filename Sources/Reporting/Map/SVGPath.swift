/// The shapes of one style as one path, so that a picture of thousands of cells stays small.
struct SVGPath {
    private(set) var data = ""

    var isEmpty: Bool { data.isEmpty }

    /// A rectangle.
    mutating func rectangle(_ x: Int, _ y: Int, _ width: Int, _ height: Int) {
        data += "M\(x) \(y)h\(width)v\(height)h-\(width)z"
    }

    /// A dot: a stroke without length, whose style gives it round ends.
    mutating func dot(_ x: Int, _ y: Int) {
        data += "M\(x) \(y)h0"
    }

    /// Two crossing strokes.
    mutating func cross(_ x: Int, _ y: Int, reach: Int) {
        data += "M\(x - reach) \(y - reach)l\(2 * reach) \(2 * reach)m0-\(2 * reach)l-\(2 * reach) \(2 * reach)"
    }

    /// A triangle that points down to this position.
    mutating func pin(_ x: Int, _ y: Int) {
        data += "M\(x) \(y)l-6-9h12z"
    }

    /// The path with a style; empty without shapes.
    func svg(_ style: String) -> String {
        isEmpty ? "" : "<path class=\"\(style)\" d=\"\(data)\"/>\n"
    }
}
