import Reporting
import SelfConnect
import TestSupport
import Testing

/// The map as SVG.
@Suite struct MapRendererTests {
    private static func picture(_ map: PortMap, _ targets: [WatchedTarget] = []) -> String {
        String(decoding: MapRenderer.svg(map, targets: targets), as: UTF8.self)
    }

    @Test("A map with every outcome, every holder and every verdict matches the golden file") func golden() {
        GoldenFile("map.svg").expect(MapRenderer.svg(MapExample.map, targets: Example.targets))
    }

    @Test("The map has a title and a description for screen readers, and refers to no other file")
    func selfContained() {
        let picture = Self.picture(MapExample.map, Example.targets)
        #expect(picture.contains("role=\"img\" aria-labelledby=\"title desc\""))
        #expect(picture.contains("<title id=\"title\">Ephemeral ports of 127.0.0.1</title>"))
        #expect(picture.contains("A client can connect to itself on 980 of 1001 ports"))
        for word in ["href", "script", "@import", "url(http", "foreignObject"] {
            #expect(!picture.contains(word), "\(word)")
        }
        #expect(TagBalance.fault(in: picture) == nil)
    }

    @Test("No name can end its text element") func hostile() {
        let targets = [MapExample.target(MapExample.hostile, Endpoint(.loopback4, 40_002))]
        let picture = Self.picture(MapExample.map, targets)
        #expect(TagBalance.fault(in: picture) == nil)
        #expect(!picture.contains("<script") && !picture.contains("<img"))
        #expect(picture.contains("&lt;script&gt;alert(&#39;1&#39;)"))
    }

    @Test("The widest range with different neighbours everywhere stays below 100 kB") func largest() {
        let kernel = KernelFacts(
            ephemeralRange: PortRange(1024, 65_535), reservedPorts: PortSet(ports: (512...32_767).map { $0 * 2 }))
        let map = PortMap(of: .loopback4, kernel: kernel, at: Example.moment()) {
            $0 % 2 == 0
                ? PortMap.Entry(.reserved)
                : PortMap.Entry(.notAvailable, $0 / 50 % 2 == 0 ? .selfConnected : .source)
        }
        let targets = (1024..<11_024).map { MapExample.target("target-\($0)", Endpoint(.loopback4, $0)) }
        let size = Self.picture(map, targets).utf8.count
        #expect(size < 100_000, "\(size)")
    }

    @Test("Targets are marked once per cell, and targets of other namespaces are not marked") func pins() {
        let endpoint = Endpoint(.loopback4, 40_002)
        let one = Self.picture(MapExample.map, [MapExample.target("a", endpoint)])
        let two = Self.picture(
            MapExample.map,
            [
                MapExample.target("a", endpoint), MapExample.target("b", Endpoint(.loopback6, 40_002)),
                MapExample.target("c", Endpoint(.loopback4, 40_100), namespace: "blue"),
            ])
        #expect(one == two && one.contains("<tspan class=\"number\">40002</tspan> a: susceptible"))
    }

    @Test("A range of one port and a range at the upper end are drawn") func small() {
        for range in [PortRange(1, 1), PortRange(65_535, 65_535), PortRange(65_000, 65_535)] {
            let map = PortMap(of: .loopback4, kernel: KernelFacts(ephemeralRange: range), at: Example.moment()) { _ in
                PortMap.Entry(.selfConnected)
            }
            #expect(TagBalance.fault(in: Self.picture(map)) == nil)
        }
    }

    @Test("An incomplete map is marked as incomplete") func incomplete() {
        func picture(_ known: PortMap.Outcome) -> String {
            let map = PortMap(
                of: .loopback4, kernel: Example.kernel, at: Example.moment(), hindrance: "a <filter> & more"
            ) { PortMap.Entry($0 == 40_000 ? known : .skipped) }
            return Self.picture(map)
        }
        #expect(picture(.selfConnected).contains("Not complete: a &lt;filter&gt; &amp; more."))
        #expect(picture(.skipped).contains("was not measured: a &lt;filter&gt; &amp; more."))
    }
}
