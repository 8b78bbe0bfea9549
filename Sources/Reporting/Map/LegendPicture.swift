import SelfConnect

/// The meaning of colours and shapes, with the number of ports of each.
struct LegendPicture {
    private let items: [String]
    private let top: Int

    private static let columns = 3
    private static let size = (width: 325, height: 24)

    init(_ grid: MapGrid, _ marked: [MarkedPort], top: Int) {
        self.top = top
        let shown = PortCategory.allCases.reversed().filter { grid.counts[$0] != nil }
        let marks = shown.map { mark in
            (style: mark, label: "\(mark.label): \(grid.counts[mark] ?? 0)")
        }
        let severities = Severity.allCases.reversed().filter { severity in marked.contains { $0.severity == severity } }
        items =
            marks.enumerated().map { Self.item($1.style, $1.label, Self.place($0, top)) }
            + severities.enumerated().map { Self.pin($1, Self.place(marks.count + $0, top)) }
    }

    var bottom: Int { top + ((items.count + Self.columns - 1) / Self.columns) * Self.size.height }

    var svg: String { items.joined() }

    private static func place(_ index: Int, _ top: Int) -> (x: Int, y: Int) {
        (16 + index % columns * size.width, top + index / columns * size.height)
    }

    private static func item(_ mark: PortCategory, _ label: String, _ place: (x: Int, y: Int)) -> String {
        var ground = SVGPath()
        ground.rectangle(place.x, place.y, 16, 14)
        var shape = SVGPath()
        if mark.isHolder { shape.add(mark, at: place.x + 8, place.y + 7) }
        return ground.svg(mark.isHolder ? "g-bound" : "g-\(mark)") + shape.svg("m-\(mark)")
            + MapRenderer.text(label, x: place.x + 24, y: place.y + 12, "")
    }

    private static func pin(_ severity: Severity, _ place: (x: Int, y: Int)) -> String {
        var path = SVGPath()
        path.pin(place.x + 8, place.y + 13)
        return path.svg("p-\(severity.rawValue)")
            + MapRenderer.text("watched: \(severity.rawValue)", x: place.x + 24, y: place.y + 12, "")
    }
}
