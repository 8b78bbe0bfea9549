import FoundationEssentials
import Primitives
import Reporting
import Testing

@testable import StatusServer

@Suite struct OpenAPITests {
    private struct Description: Decodable {
        struct Path: Decodable {
            let get: Operation
        }

        struct Operation: Decodable {
            let operationId: String
            let tags: [String]
            let parameters: [Parameter]?
        }

        struct Parameter: Decodable {
            let name: String?
            let `in`: String?
            let reference: String?

            private enum CodingKeys: String, CodingKey {
                case reference = "$ref"
                case name, `in`
            }

            /// The name of a query item; shared parameters are all query items.
            var queryItem: String? {
                reference.map { String($0.dropFirst("#/components/parameters/".count)) }
                    ?? (self.in == "query" ? name : nil)
            }
        }

        struct Tag: Decodable {
            let name: String
        }

        let openapi: String
        let tags: [Tag]
        let paths: [String: Path]
    }

    private static func description() throws -> Description {
        try JSONDecoder().decode(Description.self, from: Data(JSONDocuments.openAPI.octets))
    }

    @Test("The description has every route and no other") func complete() throws {
        let description = try Self.description()
        #expect(description.openapi == "3.1.0")
        #expect(description.paths.keys.sorted() == Route.allCases.map(\.pattern).sorted())
        #expect(Set(description.paths.values.map(\.get.operationId)).count == description.paths.count)
    }

    @Test("Each route accepts the query items of the description and has its tags", arguments: Route.allCases)
    func items(_ route: Route) throws {
        let description = try Self.description()
        let operation = try #require(description.paths[route.pattern]?.get)
        #expect((operation.parameters ?? []).compactMap(\.queryItem) == route.queryItems.map(\.rawValue))
        #expect(!operation.tags.isEmpty && Set(operation.tags).isSubset(of: description.tags.map(\.name)))
    }
}
