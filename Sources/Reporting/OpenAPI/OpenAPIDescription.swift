package import Primitives

extension JSONDocuments {
    /// `/openapi.json`: the file beside this one. Tests compare it with the routes, the enumerations, the version and the
    /// documents.
    package static let openAPI = JSONText(PackageResources.openapi_json)
}
