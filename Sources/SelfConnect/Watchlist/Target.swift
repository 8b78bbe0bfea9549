/// An endpoint that is watched.
public struct Target: Hashable, Sendable {
    /// How it came to be watched.
    public enum Source: String, CaseIterable, Hashable, Sendable {
        /// Named in the configuration.
        case configured
        /// A listener that was found inside the ephemeral range.
        case discovered
        /// The daemon's own port.
        case own

        /// The most that a verdict can matter: any user can open a listener, and nobody has said that clients need it.
        public var severityLimit: Severity { self == .discovered ? .warning : .critical }
    }

    /// What people call it; targets of one configuration entry share it.
    public var name: String
    /// What is watched.
    public var endpoint: Endpoint
    /// The client kinds that its verdict is about.
    public var clients: Set<ClientKind>
    /// How it came to be watched.
    public var source: Source
    /// The network namespace that it is watched in, as `NamespaceName` spells it; nil: the daemon's own.
    public var namespace: String?
    /// Where its server binds.
    public var server: ServerBinding

    /// A target as given.
    public init(
        name: String, endpoint: Endpoint, clients: Set<ClientKind> = [.connect], source: Source = .configured,
        namespace: String? = nil, server: ServerBinding = .any
    ) {
        self.name = name
        self.endpoint = endpoint
        self.clients = clients
        self.source = source
        self.namespace = namespace
        self.server = server
    }
}

extension Target: Identifiable {
    /// What only one target may have: an endpoint is another one in each network namespace.
    public struct ID: Hashable, Sendable, CustomStringConvertible {
        /// The namespace; nil: the daemon's own.
        public let namespace: String?
        /// The endpoint, unmapped.
        public let endpoint: Endpoint

        /// An endpoint of a namespace; a mapped address counts as the IPv4 address that it stands for.
        public init(_ endpoint: Endpoint, in namespace: String? = nil) {
            self.namespace = namespace
            self.endpoint = endpoint.unmapped
        }

        /// `127.0.0.1:50010`, or `127.0.0.1:50010 in blue`.
        public var description: String { namespace.map { "\(endpoint) in \($0)" } ?? "\(endpoint)" }
    }

    /// Its endpoint and its namespace.
    public var id: ID { ID(endpoint, in: namespace) }

    /// Targets by their namespace: those of the daemon's own first, the others in the order of their first target.
    public static func byNamespace(_ targets: [Target]) -> [(namespace: String?, targets: [Target])] {
        let namespaces = targets.map(\.namespace)
        var order: [String?] = namespaces.contains(nil) ? [nil] : []
        var groups: [String?: [Target]] = [:]
        for target in targets {
            if target.namespace != nil, groups[target.namespace] == nil { order.append(target.namespace) }
            groups[target.namespace, default: []].append(target)
        }
        return order.map { ($0, groups[$0] ?? []) }
    }
}
