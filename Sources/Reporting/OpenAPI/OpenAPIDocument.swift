// /openapi.json: the interface for programs. A new route needs an entry in OpenAPIRoutes.swift and, if its response is
// new, a schema in OpenAPISchemas.swift; Tests/Conformance compares both with the daemon's responses.

extension JSONDocuments {
    /// `/openapi.json`.
    package static let openAPI: [UInt8] = {
        let refusals = """
            {"Refusal": {"description": "Why not.", "content": {"application/json":
            {"schema": {"$ref": "#/components/schemas/Refusal"},
            "example": {"error": {"status": 404, "message": "Not found."}}}}}}
            """
        let text = """
            {
            "openapi": "3.1.0",
            "info": {
            "title": "selfconnectd",
            "version": "\(Version.number)",
            "summary": "Local TCP ports on which a reconnecting client can connect to itself.",
            "description": "Read-only: GET, HEAD and OPTIONS. A susceptible port is data, and no error.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}
            },
            "servers": [{"url": "/"}],
            "security": [{}, {"token": []}],
            "paths": {
            \(OpenAPIRoute.all.map(\.json).joined(separator: ",\n"))
            },
            "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": \(refusals),
            "schemas": \(OpenAPISchemas.json)
            }
            }

            """
        return [UInt8](text.utf8)
    }()

    /// The documented paths.
    package static var openAPIPaths: [String] { OpenAPIRoute.all.map(\.path) }
}
