import SelfConnect

/// Pins above the cells that contain targets, in the colour of the most severe one.
struct PinPicture {
    let svg: String

    init(_ marked: [MarkedPort], on grid: MapGrid, _ cells: GridPicture) {
        var paths: [Severity: SVGPath] = [:]
        var taken: Set<Int> = []
        for target in marked {
            let place = grid.place(of: target.port)
            guard grid.rows.indices.contains(place.row), grid.rows[place.row][place.column] != nil,
                taken.insert(place.row * grid.columns + place.column).inserted
            else { continue }
            let corner = cells.corner(place.row, place.column)
            paths[target.severity, default: SVGPath()].pin(corner.x + 4, corner.y)
        }
        svg = Severity.allCases.map { paths[$0]?.svg("p-\($0.rawValue)") ?? "" }.joined()
    }
}
