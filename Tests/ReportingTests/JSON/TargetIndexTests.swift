import SelfConnect
import TestSupport
import Testing

@testable import Reporting

@Suite struct TargetIndexTests {
    @Test("The index finds the same targets as a linear search, in the same order") func same() throws {
        let targets = try [
            ("a", "127.0.0.1:40002", nil), ("b", "[::ffff:127.0.0.1]:40002", "blue"), ("a", "[::1]:40002", nil),
            ("", "127.0.0.1:40003", nil), ("127.0.0.1:40002", "127.0.0.1:40004", "green"),
            ("a", "127.0.0.1:40002", "red"),
        ].map { MapExample.target($0, try Endpoint($1), namespace: $2) }
        let index = TargetIndex(targets, TargetContext(remedies: LastingRemedies(targets.map(\.finding))))
        for name in ["a", "b", "", "127.0.0.1:40002", "c"] {
            #expect(index.named(name).map(\.target) == targets.map(\.target).filter { $0.name == name }, "\(name)")
        }
        for text in ["127.0.0.1:40002", "[::ffff:127.0.0.1]:40002", "[::1]:40002", "[::1]:40003"] {
            let endpoint = try Endpoint(text)
            let expected = targets.map(\.target).filter { $0.id.endpoint == endpoint.unmapped }
            #expect(index.at(endpoint).map(\.target) == expected, "\(text)")
        }
    }
}
