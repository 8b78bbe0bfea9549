import SelfConnect

/// All TCP ports on one line: the position of the range, and the targets outside of it.
struct ScalePicture {
    private let map: PortMap
    private let marked: [MarkedPort]
    private let top: Int

    private static let left = 16
    private static let length = MapRenderer.width - 2 * left
    private static let height = 12

    init(_ map: PortMap, _ marked: [MarkedPort], top: Int) {
        self.map = map
        self.marked = marked
        self.top = top
    }

    var svg: String {
        let range = map.kernel.ephemeralRange
        var all = SVGPath()
        all.rectangle(Self.left, top, Self.length, Self.height)
        var ephemeral = SVGPath()
        ephemeral.rectangle(Self.x(range.first), top, max(2, Self.x(range.last) - Self.x(range.first)), Self.height)
        return all.svg("scale") + ephemeral.svg("g-exposed") + pins + numbers
    }

    private var pins: String {
        var taken: Set<Int> = []
        var paths: [Severity: SVGPath] = [:]
        // Most severe first: the first pin at a position is shown.
        for port in marked where taken.insert(Self.x(port.port) / 2).inserted {
            paths[port.severity, default: SVGPath()].rectangle(Self.x(port.port), top - 4, 2, 20)
        }
        return Severity.allCases.map { paths[$0]?.svg("p-\($0.rawValue)") ?? "" }.joined()
    }

    /// The ends of the range, combined if they are close together, and round numbers where there is space.
    private var numbers: String {
        let range = map.kernel.ephemeralRange
        let (first, last) = (Self.x(range.first), Self.x(range.last))
        let ends =
            last - first < 60
            ? label("\(range)", (first + last) / 2, "number")
            : label("\(range.first)", first, "number") + label("\(range.last)", last, "number")
        let round = (stride(from: 0, through: 60_000, by: 10_000).map { UInt16($0) } + [.max])
            .filter { abs(Self.x($0) - first) > 56 && abs(Self.x($0) - last) > 56 }
        return ends + round.map { label("\(max(1, $0))", Self.x($0), "small") }.joined()
    }

    private func label(_ text: String, _ x: Int, _ style: String) -> String {
        let x = min(max(x, 34), MapRenderer.width - 34)
        return MapRenderer.text(text, x: x, y: top + 30, style, anchor: "middle")
    }

    private static func x(_ port: UInt16) -> Int { left + length * Int(port) / 65_536 }
}
