import HTTP
import Reporting
import SelfConnect
import Testing

@testable import StatusServer

/// Which query items a route takes, and their values.
@Suite struct StatusQueryTests {
    private static func query(_ text: String, for route: Route) throws -> StatusQuery {
        try StatusQuery(Request.of("/?\(text)").target.query, for: route)
    }

    private static func words<Word: CaseIterable & RawRepresentable<String>>(_: Word.Type) -> String {
        Word.allCases.map(\.rawValue).joined(separator: ", ")
    }

    @Test func `Each query item is read`() throws {
        let query = try Self.query(
            "verdict=latent,stolen&severity=critical&limit=5&offset=10&pretty", for: .targets)
        #expect(query.verdicts == [.latent, .stolen] && query.severities == [.critical])
        #expect(query.slice == ListSlice(offset: 10, limit: 5))
        #expect(query.isPretty)
        #expect(try Self.query("namespace=blue", for: .target).namespace == "blue")
        #expect(try Self.query("limit=3&limit=9", for: .events).slice.limit == 3, "of repeated items the first counts")
        #expect(try Self.query("offset=99999999999999999999", for: .events).slice.offset == .max)
        #expect(try Self.query("pretty=false", for: .status).isPretty == false)
    }

    @Test func `The status page accepts filters, a search, an order, a slice and the renewal`() throws {
        let page = try Self.query(
            "q=a%20b&verdict=latent&severity=&sort=port&limit=10&offset=20&refresh=false", for: .index
        ).page
        #expect(page.search == "a b" && page.verdicts == [.latent] && page.severities == nil)
        #expect(page.order == .port && page.limit == 10 && page.offset == 20 && !page.isRenewed)
        #expect(try Self.query("q=&verdict=&severity=", for: .index).page == PageQuery(), "the empty fields of a form")
        #expect(try Self.query("namespace=blue&refresh=false", for: .targetPage).page.isRenewed == false)
    }

    @Test(
        "An unknown or invalid item is rejected with the possible values",
        arguments: [
            (
                "verdit=latent", .targets,
                "Unknown query item “verdit”: /v1/targets takes verdict, severity, limit, offset, pretty."
            ),
            ("limit=1", .status, "Unknown query item “limit”: /v1/status takes pretty."),
            ("pretty", .metrics, "Unknown query item “pretty”: /metrics takes none."),
            ("limit=501", .index, "limit takes a whole number from 1 to 500."),
            ("sort=size", .index, "sort takes one of severity, port, name, since."),
            ("sort=", .index, "sort takes one of severity, port, name, since."),
            ("verdict=odd", .index, "verdict takes one or more of \(words(Verdict.self))."),
            ("q=\(String(repeating: "a", count: 101))", .index, "q takes at most 100 characters."),
            ("q=a", .targets, "Unknown query item “q”: /v1/targets takes verdict, severity, limit, offset, pretty."),
            ("refresh=no", .targetPage, "refresh takes true or false, or no value."),
            ("severity=bad", .targets, "severity takes one or more of ok, notice, warning, critical."),
            ("severity=", .targets, "severity takes one or more of ok, notice, warning, critical."),
            ("limit=0", .events, "limit takes a whole number from 1."),
            ("offset=-1", .events, "offset takes a whole number from 0."),
            ("limit=", .events, "limit takes a whole number from 1."),
            ("pretty=yes", .map, "pretty takes true or false, or no value."),
        ] as [(String, Route, String)])
    func refused(_ text: String, _ route: Route, _ message: String) throws {
        let error = #expect(throws: ParseError.self) { try Self.query(text, for: route) }
        #expect(error?.message == message)
    }
}
