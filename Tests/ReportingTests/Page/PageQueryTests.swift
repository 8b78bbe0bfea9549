import Reporting
import SelfConnect
import TestSupport
import Testing

/// Which targets the status page shows.
@Suite struct PageQueryTests {
    private static func query(_ change: (inout PageQuery) -> Void) -> PageQuery { PageQuery().changed(change) }

    /// The names in the table, in their order.
    private static func names(_ query: PageQuery) -> [String] {
        var snapshot = Example.snapshot
        snapshot.targets.append(MapExample.target("Zoo", Endpoint(.loopback6, 40_004), namespace: "blue"))
        let page = String(decoding: StatusPage.html(PageSource(snapshot), Example.service, query), as: UTF8.self)
        return page.split(separator: "<tr role=\"row\" class=").dropFirst().map { row in
            let name = row.split(separator: "<small>")[0 + (row.hasPrefix("\"") ? 1 : 0)]
            return String(name.prefix { $0 != "<" })
        }
    }

    @Test(
        "Verdicts, severities and a search of endpoint, name, namespace and owner select targets",
        arguments: [
            (query { $0.verdicts = [.latent, .stolen] }, ["web", "hdfs"]),
            (query { $0.severities = [.notice] }, ["node-port"]),
            (
                query {
                    $0.verdicts = [.latent]
                    $0.severities = [.critical]
                }, []
            ),
            (query { $0.search = "40010" }, ["cron"]), (query { $0.search = "CRON.service" }, ["cron"]),
            (query { $0.search = "java" }, ["hdfs"]), (query { $0.search = "blue" }, ["Zoo"]),
            (query { $0.search = "zoO" }, ["Zoo"]), (query { $0.search = "nothing of that kind" }, []),
            (query { $0.search = "[::1]" }, ["Zoo"]),
        ] as [(PageQuery, [String])])
    func filter(_ query: PageQuery, _ expected: [String]) {
        #expect(Self.names(query) == expected)
    }

    @Test(
        "Each order sorts the targets before a slice is taken",
        arguments: [
            (.severity, ["cron", "web", "open", "Zoo"]), (.port, ["far", "open", "elsewhere", "hdfs"]),
            (.name, ["Zoo", "cron", "elsewhere", "far"]), (.since, ["open", "cron", "web", "hdfs"]),
        ] as [(PageQuery.Order, [String])])
    func order(_ order: PageQuery.Order, _ first: [String]) {
        let names = Self.names(Self.query { $0.order = order })
        #expect(Array(names.prefix(4)) == first, "\(names)")
        let slice = Self.names(
            Self.query {
                $0.order = order
                $0.offset = 1
                $0.limit = 2
            })
        #expect(slice == Array(names[1...2]))
    }

    @Test("Equal queries have equal texts, without default values") func text() {
        #expect(PageQuery().text == "")
        let query = Self.query {
            $0.verdicts = [.stolen, .selfConnected]
            $0.search = "a b&c=é"
            $0.order = .since
            $0.limit = 10
            $0.offset = 20
            $0.isRenewed = false
        }
        #expect(
            query.text
                == "?verdict=self-connected,stolen&q=a%20b%26c%3D%C3%A9&sort=since&limit=10&offset=20&refresh=false")
    }
}
