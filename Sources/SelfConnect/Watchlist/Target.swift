/// An endpoint that is watched.
package struct Target: Hashable, Sendable {
    /// Why a target is watched.
    package enum Source: String, CaseIterable, Hashable, Sendable {
        /// It is in the configuration.
        case configured
        /// A listener was found inside the ephemeral range.
        case discovered
        /// It is the daemon's own port.
        case own

        /// The most that a verdict can matter: any user can open a listener, and no configuration says that clients need it.
        package var severityLimit: Severity { self == .discovered ? .warning : .critical }
    }

    /// The display name; targets of one configuration entry share it.
    package var name: String
    /// The watched endpoint.
    package var endpoint: Endpoint
    /// The client kinds for which its verdict is determined.
    package var clients: Set<ClientKind>
    /// Why it is watched.
    package var source: Source
    /// The network namespace, normalised by `NamespaceName`; nil: the daemon's own.
    package var namespace: String?
    /// Where its server binds.
    package var server: ServerBinding
    /// Whether the configuration asks for a guard on its port.
    package var isGuarded: Bool

    /// Memberwise initializer.
    ///
    /// - Parameter name: nil: `port-` and the number of the port.
    package init(
        name: String? = nil, endpoint: Endpoint, clients: Set<ClientKind> = [.connect], source: Source = .configured,
        namespace: String? = nil, server: ServerBinding = .any, isGuarded: Bool = false
    ) {
        self.name = name ?? "port-\(endpoint.port)"
        self.endpoint = endpoint
        self.clients = clients
        self.source = source
        self.namespace = namespace
        self.server = server
        self.isGuarded = isGuarded
    }
}

extension Target {
    /// The target that a listener makes of an endpoint.
    package init(discovered endpoint: Endpoint, of listener: Holder) {
        // In another network namespace the unit is that of the container, and the command is more specific.
        let owner =
            listener.namespace == nil ? listener.unit ?? listener.command : listener.command ?? listener.unit
        self.init(
            name: owner, endpoint: endpoint, source: .discovered,
            namespace: listener.namespace, server: listener.socket.local.address.isUnspecified ? .any : .exact)
    }
}

extension Target: Identifiable {
    /// Unique per target: the same endpoint in another network namespace is another target.
    package struct ID: Hashable, Sendable, CustomStringConvertible {
        /// The namespace; nil: the daemon's own.
        package let namespace: String?
        /// The unmapped endpoint.
        package let endpoint: Endpoint

        /// The endpoint in a namespace; a mapped address is converted to IPv4.
        package init(_ endpoint: Endpoint, in namespace: String? = nil) {
            self.namespace = namespace
            self.endpoint = endpoint.unmapped
        }

        /// `127.0.0.1:50010`, or `127.0.0.1:50010 in blue`.
        package var description: String { namespace.map { "\(endpoint) in \($0)" } ?? "\(endpoint)" }
    }

    /// Its endpoint and its namespace.
    package var id: ID { ID(endpoint, in: namespace) }

    /// Targets grouped by namespace: the daemon's own first, the others in the order of their first target.
    package static func byNamespace(_ targets: [Target]) -> [(namespace: String?, targets: [Target])] {
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
