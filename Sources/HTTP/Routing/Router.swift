// Finds what a request asks for. Resources here are read-only: each has GET and HEAD and OPTIONS,
// and what remains is to say no in the right way (RFC 9110 §15.5.6, §15.6.2).

/// The routes of a listener. Of two patterns that a path matches, the one given first holds.
public struct Router<Route: Sendable>: Sendable {
    /// A route with what its pattern found in the path.
    public struct Match: Sendable {
        /// What the pattern stands for.
        public let route: Route
        /// The pattern as it was written: fit for metrics, where the raw path is not.
        public var template: String { pattern.template }

        private let pattern: RoutePattern
        private let path: [String]

        init(route: Route, pattern: RoutePattern, path: [String]) {
            self.route = route
            self.pattern = pattern
            self.path = path
        }

        /// The decoded segment that stands in the place of `{name}`.
        public subscript(name: String) -> String? { pattern.value(of: name, in: path) }
    }

    /// Where a request leads.
    public enum Outcome: Sendable {
        /// To a resource, by GET or HEAD.
        case found(Match)
        /// To no resource.
        case notFound
        /// To a resource, by a known method that it does not have; CONNECT leads here always.
        case methodNotAllowed(allow: String)
        /// To the question which methods there are, of a resource or, with `*`, of the listener.
        case options(allow: String)
        /// Nowhere: nobody knows the method.
        case notImplemented
    }

    /// The methods of every resource, as the Allow field lists them.
    public static var allow: String { "GET, HEAD, OPTIONS" }

    private let patterns: [RoutePattern]
    private let routes: [Route]

    /// A router for these patterns.
    ///
    /// Traps on a pattern that does not begin with a slash.
    public init(_ routes: [(pattern: String, route: Route)]) {
        self.patterns = routes.map { RoutePattern($0.pattern) }
        self.routes = routes.map(\.route)
    }

    /// Where the request leads.
    public func route(_ request: Request) -> Outcome {
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
    /// The answer to a request that leads to no resource; nil if it leads to one.
    public var refusal: Response? {
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
