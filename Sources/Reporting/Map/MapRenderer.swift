// Renders the map as an image for browsers and reports: where the range is among all ports; which of its ports are
// exposed, reserved or held; and where the targets are. It is a single file without external resources, with colours
// for light and dark pages; shapes repeat the important information. All numbers are integers, so that equal maps give
// equal octets everywhere.

package import SelfConnect

/// A map as SVG.
package enum MapRenderer {
    static let width = 1016

    /// The image, with the targets in the daemon's own network namespace.
    package static func svg(_ map: PortMap, targets: [WatchedTarget] = []) -> [UInt8] {
        let grid = MapGrid(map, columns: 100)
        let marked = MarkedPort.all(of: targets)
        var top = 158
        let cells = GridPicture(grid, top: top)
        top = cells.bottom + 34
        let legend = LegendPicture(grid, marked, top: top)
        top = legend.bottom + 34
        let list = TargetListPicture(marked, in: map.kernel, top: top)
        let body =
            heading(map) + ScalePicture(map, marked, top: 84).svg + cells.svg
            + PinPicture(marked, on: grid, cells).svg + legend.svg + list.svg
        return [UInt8](document(map, height: list.bottom + 12, body).utf8)
    }

    private static func document(_ map: PortMap, height: Int, _ body: String) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" role="img" aria-labelledby="title desc">
        <title id="title">\(title(map))</title>
        <desc id="desc">\(HTMLEscaping.escaped(MapSummary(map).text))</desc>
        <style>\(PictureStyle.css)</style>
        \(PictureStyle.patterns)
        <rect class="page" width="\(width)" height="\(height)"/>
        \(body)</svg>

        """
    }

    private static func title(_ map: PortMap) -> String { HTMLEscaping.escaped("Ephemeral ports of \(map.address)") }

    private static func heading(_ map: PortMap) -> String {
        text(title(map), x: 16, y: 34, "title")
            + text(HTMLEscaping.escaped(MapSummary(map).short), x: 16, y: 58, "")
    }

    /// A line of text that is already escaped.
    static func text(_ text: String, x: Int, y: Int, _ style: String, anchor: String = "start") -> String {
        let style = style.isEmpty ? "" : " class=\"\(style)\""
        let anchor = anchor == "start" ? "" : " text-anchor=\"\(anchor)\""
        return "<text x=\"\(x)\" y=\"\(y)\"\(style)\(anchor)>\(text)</text>\n"
    }
}
