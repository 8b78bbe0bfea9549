import SelfConnect

/// The image of the map, or why there is none.
enum PageMap {
    static func html(_ snapshot: Snapshot, _ link: PageLink) -> String {
        let picture = link.document("v1/map.svg")
        let body =
            switch snapshot.map {
            case .taken(let map):
                """
                \(outdated(map, snapshot))\(unmeasured(map))<div class="map"><a href="\(picture)">\
                <img src="\(picture)" width="\(MapRenderer.width)" alt="\(alternative(map))"></a></div>
                """
            case .awaited:
                "<p class=\"quiet\">The first sweep of the range is under way: "
                    + "<code>map.cpu</code> limits its speed, <code>selfconnectd map</code> sweeps it at once.</p>"
            case .off: "<p class=\"quiet\">The range is not swept: <code>map.interval</code> is 0s.</p>"
            }
        return "<section aria-labelledby=\"map\">\n<h2 id=\"map\">The ephemeral range</h2>\n\(body)\n</section>"
    }

    /// The map may also be newer than the last pass's knowledge of the range.
    private static func outdated(_ map: PortMap, _ snapshot: Snapshot) -> String {
        let kernel = snapshot.kernel
        let isCurrent =
            (map.kernel.ephemeralRange, map.kernel.reservedPorts) == (kernel.ephemeralRange, kernel.reservedPorts)
        guard !isCurrent, let change = snapshot.drift.last, map.at < change else { return "" }
        return "<p class=\"quiet\">The range or its reserved ports have changed since this sweep of "
            + "\(map.kernel.ephemeralRange); a new one is under way.</p>\n"
    }

    /// Ports that were not measured could be mistaken for ports that are not exposed.
    private static func unmeasured(_ map: PortMap) -> String {
        map.isMeasured ? "" : "<p class=\"quiet\">\(HTMLEscaping.escaped(MapSummary(map).exposed))</p>\n"
    }

    /// The picture has the rest as text, and the link leads to it.
    private static func alternative(_ map: PortMap) -> String {
        "Map of the ephemeral range \(map.kernel.ephemeralRange)"
    }
}
