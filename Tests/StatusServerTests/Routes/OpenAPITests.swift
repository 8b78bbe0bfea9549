import FoundationEssentials
import Reporting
import Testing

@testable import StatusServer

@Suite struct OpenAPITests {
    private struct Description: Decodable {
        struct Path: Decodable {
            struct Operation: Decodable {
                let operationId: String
            }

            let get: Operation
        }

        let openapi: String
        let paths: [String: Path]
    }

    @Test("The description is JSON and has every route and no other") func complete() throws {
        let description = try JSONDecoder().decode(Description.self, from: Data(JSONDocuments.openAPI))
        #expect(description.openapi == "3.1.0")
        #expect(description.paths.keys.sorted() == StatusRoutes.paths.map(\.pattern).sorted())
        #expect(Set(description.paths.values.map(\.get.operationId)).count == description.paths.count)
    }
}
