// Finds the resource of a request. Resources here are read-only: each has GET, HEAD and OPTIONS; all other requests get
// an error status (RFC 9110 §15.5.6, §15.6.2).

/// The routes of a listener. If a path matches several patterns, the first one applies.
package struct Router<Route: Sendable>: Sendable {
    /// A route with the parameter values from the path.
    package struct Match: Sendable {
        /// The route of the pattern.
        package let route: Route
        /// The pattern as written: suitable for metrics, unlike the raw path.
        package var template: String { pattern.template }

        private let pattern: RoutePattern
        private let path: [String]

        init(route: Route, pattern: RoutePattern, path: [String]) {
            self.route = route
            self.pattern = pattern
            self.path = path
        }

        /// The decoded segment at the position of `{name}`.
        package subscript(name: String) -> String? { pattern.value(of: name, in: path) }
    }

    /// The result of routing.
    package enum Outcome: Sendable {
        /// A resource, with GET or HEAD.
        case found(Match)
        /// No resource.
        case notFound
        /// A resource, with a known method that it does not allow; also the result for CONNECT.
        case methodNotAllowed(allow: String)
        /// A request for the allowed methods, of a resource or, with `*`, of the server.
        case options(allow: String)
        /// An unknown method.
        case notImplemented
    }

    /// The methods of every resource, as in the Allow field.
    package static var allow: String { "GET, HEAD, OPTIONS" }

    private let patterns: [RoutePattern]
    private let routes: [Route]

    /// A router for these patterns.
    ///
    /// Traps on a pattern that does not begin with a slash.
    package init(_ routes: [(pattern: String, route: Route)]) {
        self.patterns = routes.map { RoutePattern($0.pattern) }
        self.routes = routes.map(\.route)
    }

    /// Routes a request.
    package func route(_ request: Request) -> Outcome {
        let allow = Router.allow
        switch request.method {
        case .unknown:
            return .notImplemented
        case .connect:
            return .methodNotAllowed(allow: allow)
        case .options where request.target.form == .asterisk:
            return .options(allow: allow)
        case .get, .head, .options, .post, .put, .delete, .patch, .trace, .query:
            guard let index = RoutePattern.firstMatch(in: patterns, for: request.target.segments) else {
                return .notFound
            }
            switch request.method {
            case .get, .head:
                return .found(
                    Match(route: routes[index], pattern: patterns[index], path: request.target.segments))
            case .options:
                return .options(allow: allow)
            default:
                return .methodNotAllowed(allow: allow)
            }
        }
    }
}

extension Router.Outcome {
    /// The response to a request that does not lead to a resource; nil if it does.
    package var refusal: Response? {
        switch self {
        case .found:
            nil
        case .notFound:
            Response(error: .notFound, message: "Not found.")
        case .methodNotAllowed(let allow):
            Response(error: .methodNotAllowed, message: "This method is not allowed here.").with("Allow", allow)
        case .options(let allow):
            Response(.noContent).with("Allow", allow)
        case .notImplemented:
            Response(error: .notImplemented, message: "Method not implemented.")
        }
    }
}
