import SelfConnect

/// The names of the most severe watched ports.
struct TargetListPicture {
    private static let columns = 2
    private static let size = (width: 488, height: 22)
    private static let limit = 12
    private static let nameLength = 30

    private let lines: [String]
    private let rows: Int
    private let top: Int

    init(_ marked: [MarkedPort], in kernel: KernelFacts, top: Int) {
        self.top = top
        let shown = marked.prefix(Self.limit)
        rows = (shown.count + Self.columns - 1) / Self.columns
        let more = marked.count - shown.count
        let heading = "Watched ports" + (more > 0 ? ", the most severe \(shown.count) of \(marked.count)" : "")
        let head = marked.isEmpty ? [] : [MapRenderer.text(heading, x: 16, y: top + 4, "heading")]
        lines = head + shown.enumerated().map { Self.line($1, $0, top + 16) }
    }

    var bottom: Int { lines.isEmpty ? top - 34 : top + 16 + rows * Self.size.height }

    var svg: String { lines.joined() }

    private static func line(_ target: MarkedPort, _ index: Int, _ top: Int) -> String {
        let x = 16 + index % columns * size.width
        let y = top + index / columns * size.height
        var pin = SVGPath()
        pin.pin(x + 8, y + 13)
        let name = HTMLEscaping.escaped(HTMLEscaping.shortened(target.name, to: nameLength))
        return pin.svg("p-\(target.severity.rawValue)")
            + MapRenderer.text(
                "<tspan class=\"number\">\(target.port)</tspan> \(name): \(target.verdict.rawValue)", x: x + 24,
                y: y + 12, "")
    }
}
