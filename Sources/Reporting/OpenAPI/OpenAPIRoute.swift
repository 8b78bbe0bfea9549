/// A route as described in /openapi.json.
struct OpenAPIRoute {
    /// A parameter in the path or the query.
    struct Parameter {
        var name: String
        /// `path` or `query`.
        var place: String
        var text: String
        /// A JSON Schema.
        var schema: String
        var example: String
    }

    /// The response with status 200.
    enum Answer {
        /// JSON with the schema of this name, and an example.
        case json(schema: String, example: String)
        /// Text with several media types, and an example.
        case text([String], example: String)
    }

    var path: String
    /// The operation id, for generated clients.
    var operation: String
    var summary: String
    var parameters: [Parameter] = []
    /// Statuses in addition to those of all routes.
    var failures: [Int] = []
    /// Whether the route needs no token.
    var isPublic = false
    /// Whether browsers get an HTML page instead.
    var hasPage = false
    /// Whether responses have an ETag: not if they differ for each request.
    var hasValidator = true
    var answer: Answer
}

extension OpenAPIRoute {
    /// The route as a member of `paths`.
    var json: String {
        """
        "\(path)": {
        "get": {
        "operationId": "\(operation)",
        "summary": "\(summary)",
        \(isPublic ? "\"security\": []," : "")
        "parameters": [\(parameters.map(Self.json).joined(separator: ",\n"))],
        "responses": {
        "200": {"description": "\(summary)", "headers": \(headers), "content": {\(content)}},
        \(failures.map { "\"\($0)\": {\"$ref\": \"#/components/responses/Refusal\"},\n" }.joined())
        "304": {"description": "\(matchedText)"},
        "4XX": {"$ref": "#/components/responses/Refusal"},
        "503": {"$ref": "#/components/responses/Refusal"}
        }
        }
        }
        """
    }

    private var matchedText: String {
        hasValidator ? "What the client has is still right." : "The client asked for it only if there is none."
    }

    private var headers: String {
        guard hasValidator else { return "{}" }
        return """
            {"ETag": {"description": "The validator for If-None-Match.", "schema": {"type": "string"}}}
            """
    }

    private var content: String {
        switch answer {
        case .json(let schema, let example):
            """
            "application/json": {"schema": {"$ref": "#/components/schemas/\(schema)"}, "example": \(example)}\(page)
            """
        case .text(let types, let example):
            types.map { "\"\($0)\": {\"schema\": {\"type\": \"string\"}, \"example\": \(example)}" }
                .joined(separator: ",\n")
        }
    }

    private var page: String {
        hasPage ? #", "text/html": {"schema": {"type": "string"}, "example": "<!DOCTYPE html>"}"# : ""
    }

    private static func json(_ parameter: Parameter) -> String {
        """
        {"name": "\(parameter.name)", "in": "\(parameter.place)", "required": \(parameter.place == "path"),
        "description": "\(parameter.text)", \(parameter.place == "query" ? "\"style\": \"form\", \"explode\": false," : "")
        "schema": \(parameter.schema), "example": \(parameter.example)}
        """
    }
}
