import SelfConnect

/// The picture of the map, or why there is none.
enum PageMap {
    static func html(_ state: PortMapState) -> String {
        let body =
            switch state {
            case .taken(let map):
                "<div class=\"map\"><a href=\"v1/map.svg\"><img src=\"v1/map.svg\" width=\"1016\" alt=\"\(alternative(map))\">"
                    + "</a></div>"
            case .awaited: "<p class=\"quiet\">The first sweep of the range is under way.</p>"
            case .off: "<p class=\"quiet\">The range is not swept: <code>map.interval</code> is 0s.</p>"
            }
        return "<section>\n<h2>The ephemeral range</h2>\n\(body)\n</section>"
    }

    private static func alternative(_ map: PortMap) -> String { Markup.escaped(MapSummary(map).text) }
}
