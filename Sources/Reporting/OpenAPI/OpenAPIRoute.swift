/// A route as /openapi.json describes it.
struct OpenAPIRoute {
    /// A part of the path or the query.
    struct Parameter {
        var name: String
        /// `path` or `query`.
        var place: String
        var text: String
        /// A JSON Schema.
        var schema: String
        var example: String
    }

    /// What the route answers with 200.
    enum Answer {
        /// JSON of the schema of this name, with an example.
        case json(schema: String, example: String)
        /// Text of several media types, with an example.
        case text([String], example: String)
    }

    var path: String
    /// A name for programs that are made from the description.
    var operation: String
    var summary: String
    var parameters: [Parameter] = []
    /// Statuses besides those that every route has.
    var failures: [Int] = []
    /// Whether no token is needed.
    var isPublic = false
    /// Whether browsers get a page instead.
    var hasPage = false
    /// Whether its answers carry ETag: what changes with each request has none.
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
