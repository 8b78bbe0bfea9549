import HTTP
import Testing

@testable import StatusServer

@Suite struct RequestCountsTests {
    @Test func `Requests are counted for each pair of status and route`() {
        var counts = RequestCounts()
        for (code, path) in [(200, "/metrics"), (200, "/v1/status"), (304, "/metrics"), (200, "/metrics")] {
            counts.count(code, path)
        }
        let refusal = counts.counting(Response(error: .notFound, message: "no"), "other")
        #expect(refusal.status == .notFound)
        let entries = counts.entries.map { "\($0.code) \($0.path) \($0.count)" }
        #expect(entries == ["200 /metrics 2", "200 /v1/status 1", "304 /metrics 1", "404 other 1"])
    }
}
