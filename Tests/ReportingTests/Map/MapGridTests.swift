import SelfConnect
import Testing

@testable import Reporting

/// The common layout of the pictures.
@Suite struct MapGridTests {
    private static let ranges = [
        PortRange(1, 65_535), PortRange(1024, 65_535), PortRange(32_768, 60_999), PortRange(40_000, 40_200),
        PortRange(49, 50), PortRange(1, 1), PortRange(65_535, 65_535), PortRange(39_999, 41_001),
    ]

    private static func map(_ range: PortRange) -> PortMap {
        PortMap(of: .loopback4, kernel: KernelFacts(ephemeralRange: range), at: Timestamp(nanoseconds: 0)) { port in
            switch port % 7 {
            case 0: PortMap.Entry(.reserved)
            case 1, 2: PortMap.Entry(.notAvailable, .listening)
            case 3: PortMap.Entry(.timedOut)
            default: PortMap.Entry(.selfConnected, port % 5 == 0 ? .source : nil)
            }
        }
    }

    @Test("Every port has one cell and is counted in it once", arguments: ranges, [50, 100])
    func places(_ range: PortRange, _ columns: Int) throws {
        let map = Self.map(range)
        let grid = MapGrid(map, columns: columns)
        #expect(grid.rows.count <= 16 && grid.rows.allSatisfy { $0.count == columns })
        var cells: [PortCategory: Int] = [:]
        for cell in grid.rows.joined().compactMap(\.self) {
            #expect(cell.counts.values.reduce(0, +) == cell.ports.count)
            cells.merge(cell.counts, uniquingKeysWith: +)
        }
        #expect(cells == grid.counts && cells.values.reduce(0, +) == range.count)
        for port in range.ports {
            let place = grid.place(of: port)
            let cell = try #require(grid.rows[place.row][place.column])
            let entry = try #require(map[port])
            #expect(cell.ports.contains(port) && cell.counts[PortCategory(entry)] != nil)
        }
    }

    @Test("Rows begin at round numbers", arguments: ranges) func rows(_ range: PortRange) {
        let grid = MapGrid(Self.map(range), columns: 50)
        let length = 50 * grid.portsPerCell
        #expect(grid.rows.indices.allSatisfy { grid.firstPort(ofRow: $0) % length == 0 })
        #expect(grid.firstPort(ofRow: 0) <= Int(range.first))
        #expect(grid.firstPort(ofRow: grid.rows.count) > Int(range.last))
    }

    @Test("A cell shows the most severe of its ports") func mostSevere() {
        let map = PortMap(
            of: .loopback4, kernel: KernelFacts(ephemeralRange: PortRange(1024, 65_535)), at: Timestamp(nanoseconds: 0)
        ) { $0 == 50_010 ? PortMap.Entry(.notAvailable, .selfConnected) : PortMap.Entry(.selfConnected) }
        let grid = MapGrid(map, columns: 100)
        let place = grid.place(of: 50_010)
        #expect(grid.rows[place.row][place.column]?.mark == .selfConnection)
        #expect(grid.rows[place.row][place.column + 1]?.mark == .exposed)
    }
}
