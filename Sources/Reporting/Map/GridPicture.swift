import SelfConnect

/// The range as rows of cells. The background of a cell shows whether the kernel gives its ports to clients; a mark on
/// top shows a holder of one of them.
struct GridPicture {
    /// The sizes of the cells, including the gaps.
    static let left = 64
    private static let pitch = (x: 9, y: 24)
    private static let cell = (width: 8, height: 14)
    private static let group = (count: 10, gap: 4)

    let top: Int
    private let grid: MapGrid
    private var grounds: [PortCategory: SVGPath] = [:]
    private var marks: [PortCategory: SVGPath] = [:]

    init(_ grid: MapGrid, top: Int) {
        self.grid = grid
        self.top = top
        for row in grid.rows.indices {
            for column in 0..<grid.columns {
                guard let cell = grid.rows[row][column] else { continue }
                addGround(cell, row, column)
                addHolder(cell, row, column)
            }
        }
    }

    var bottom: Int { top + grid.rows.count * Self.pitch.y }

    /// The upper left corner of a cell.
    func corner(_ row: Int, _ column: Int) -> (x: Int, y: Int) {
        (Self.left + column * Self.pitch.x + column / Self.group.count * Self.group.gap, top + row * Self.pitch.y)
    }

    /// The centre of a cell.
    func middle(_ row: Int, _ column: Int) -> (x: Int, y: Int) {
        let corner = corner(row, column)
        return (corner.x + Self.cell.width / 2, corner.y + Self.cell.height / 2)
    }

    var svg: String {
        PortCategory.allCases.map { grounds[$0]?.svg("g-\($0)") ?? "" }.joined()
            + PortCategory.allCases.map { marks[$0]?.svg("m-\($0)") ?? "" }.joined() + labels
    }

    /// The first port of each row, and the offset of each group.
    private var labels: String {
        let rows = grid.rows.indices.map { row in
            MapRenderer.text(
                "\(grid.firstPort(ofRow: row))", x: Self.left - 10, y: corner(row, 0).y + 12, "number", anchor: "end")
        }
        let groups = stride(from: 0, to: grid.columns, by: Self.group.count).map { column in
            MapRenderer.text("+\(column * grid.portsPerCell)", x: corner(0, column).x, y: top - 14, "small")
        }
        return (rows + groups).joined()
    }

    /// If a cell has reserved and other ports, its lower part is drawn as reserved, in proportion and at least visible.
    private mutating func addGround(_ cell: MapGrid.Cell, _ row: Int, _ column: Int) {
        let corner = corner(row, column)
        let reserved = cell.counts[.reserved] ?? 0
        let others = [PortCategory.unknown, .redirected, .refused, .exposed].first { cell.counts[$0] != nil }
        let isMixed = reserved > 0 && reserved < cell.ports.count
        let low = isMixed ? max(4, min(10, Self.cell.height * reserved / cell.ports.count)) : Self.cell.height
        if reserved > 0 {
            grounds[.reserved, default: SVGPath()]
                .rectangle(corner.x, corner.y + Self.cell.height - low, Self.cell.width, low)
        }
        guard reserved == 0 || isMixed else { return }
        grounds[others ?? .bound, default: SVGPath()]
            .rectangle(corner.x, corner.y, Self.cell.width, isMixed ? Self.cell.height - low : low)
    }

    private mutating func addHolder(_ cell: MapGrid.Cell, _ row: Int, _ column: Int) {
        guard cell.mark.isHolder else { return }
        let middle = middle(row, column)
        marks[cell.mark, default: SVGPath()].add(cell.mark, at: middle.x, middle.y)
    }
}

extension SVGPath {
    /// The shape of a holder's mark.
    mutating func add(_ mark: PortCategory, at x: Int, _ y: Int) {
        switch mark {
        case .selfConnection: cross(x, y, reach: 4)
        case .source: dot(x, y)
        case .listener: rectangle(x - 3, y - 4, 6, 8)
        case .bound: rectangle(x - 2, y - 3, 4, 6)
        case .unseen: rectangle(x - 1, y - 4, 2, 8)
        default: rectangle(x - 3, y - 1, 6, 2)
        }
    }
}
