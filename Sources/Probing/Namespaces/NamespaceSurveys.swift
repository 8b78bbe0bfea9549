// Surveys targets in several network namespaces from one thread, which enters each namespace and returns.
//
// Nothing stays open in another namespace between two visits. A socket there would keep a deleted namespace alive, with
// its interfaces and addresses, until the next visit. So the sockets are created for each visit, which takes about ten
// microseconds.

package import Linux
package import SelfConnect

/// Surveys targets in the calling thread's network namespace and in others. Must stay on the thread that created it.
package struct NamespaceSurveys: ~Copyable {
    /// Whether the name of a namespace still refers to the same one.
    package enum Arrival: Hashable, Sendable {
        /// The first visit.
        case first
        /// The same namespace as at the last visit.
        case same
        /// Another one: it was deleted and created again, or the name refers to another one now.
        case replaced
    }

    private let timeout: Duration
    private let isOneShot: Bool
    /// Time until a redirected port is probed again.
    package var redirectedInterval = Duration.seconds(3600)
    private let kernel: KernelSurvey
    /// The thread's own namespace, to which it returns.
    private let home: NetworkNamespace
    private var own: Survey
    /// The owners of sockets in other namespaces: socket inodes belong to the host, not to a namespace.
    private var identity: HolderIdentity
    private var connections: [String: KnownConnections] = [:]
    private var seen: [String?: NetworkNamespace.Identity] = [:]
    /// Where namespaces are found that are not named by a file under /run/netns.
    package var places: [String: NamespacePlace] = [:]

    /// Surveys whose attempts are limited by `timeout`, with owners from `identity`; `isOneShot` as in `Survey`. The kernel's
    /// features are determined here, once for all namespaces.
    package init(
        timeout: Duration, identity: HolderIdentity = HolderIdentity(), isOneShot: Bool = false
    ) throws(SystemCallError) {
        self.timeout = timeout
        self.isOneShot = isOneShot
        self.identity = identity
        kernel = KernelSurvey()
        let home = try NetworkNamespace.current()
        let own = try Survey(timeout: timeout, kernel: kernel, identity: identity, isOneShot: isOneShot)
        self.home = home
        self.own = own
    }

    /// Begins a pass: in it the processes of the host are looked through once at most.
    package mutating func beginPass() { identity.beginPass() }

    /// Forgets namespaces that have gone.
    package mutating func forget(_ namespaces: some Sequence<String>) {
        for namespace in namespaces {
            seen[namespace] = nil
            connections[namespace] = nil
            places[namespace] = nil
        }
    }

    /// Runs `body` in a namespace, nil for the thread's own, with a survey of that namespace; then the thread returns,
    /// also if `body` throws.
    ///
    /// Throws ENOENT if there is no such namespace, EPERM without CAP_SYS_ADMIN, EINVAL if the file is not a namespace.
    package mutating func visit<Result>(
        _ namespace: String?, _ body: (inout Survey, Arrival) throws(SystemCallError) -> Result
    ) throws(SystemCallError) -> Result {
        guard let namespace else { return try body(&own, arrive(nil, NetworkNamespace.currentIdentity())) }
        let place = try NetworkNamespace.open(namespace, at: places[namespace])
        try place.enter()
        defer { home.mustEnter() }
        let arrival = arrive(namespace, try place.identity())
        var survey = try Survey(timeout: timeout, kernel: kernel, isOneShot: isOneShot)
        let kept = arrival == .same ? connections.removeValue(forKey: namespace) : nil
        var lent = kept ?? KnownConnections()
        survey.exchange(&identity, &lent)
        defer {
            survey.exchange(&identity, &lent)
            connections[namespace] = lent.isToBeKept ? lent : nil
        }
        return try body(&survey, arrival)
    }

    /// Whether a visit failed because there is no such namespace, in contrast to a file that is missing in it.
    package func isMissing(_ namespace: String, after error: SystemCallError) -> Bool {
        let subject = places[namespace].map { NetworkNamespace.link(to: $0.inode) }
        return error.operation == "open" && error.name == "ENOENT"
            && error.subject == subject ?? NamespaceName.path(of: namespace)
    }

    private mutating func arrive(_ namespace: String?, _ identity: NetworkNamespace.Identity) -> Arrival {
        let last = seen.updateValue(identity, forKey: namespace)
        return last.map { $0 == identity ? .same : .replaced } ?? .first
    }
}

extension NamespaceSurveys {
    /// A target for each listener in the ephemeral range of the thread's own namespace that is to be discovered, and for each
    /// self-connection in it.
    package mutating func discovered(_ isDiscovered: (Target) -> Bool) throws(SystemCallError) -> [Target] {
        try visit(nil) { survey, _ throws(SystemCallError) in
            Self.discovered(in: try survey.readState(), of: nil, &survey, isDiscovered)
        }
    }

    private static func discovered(
        in state: NamespaceState, of namespace: String?, _ survey: inout Survey, _ isDiscovered: (Target) -> Bool
    ) -> [Target] {
        let range = state.kernel.ephemeralRange
        let census = SocketCensus(state.sockets, in: range)
        let connections = census.selfConnections.filter { range.contains($0.socket.local.port) }
            .prefix(LastingRemedy.selfConnectionLimit)
        func targets(_ holders: [Holder]) -> [Target] {
            var holders = holders
            survey.name(&holders, atMost: holders.count)
            for index in holders.indices { holders[index].namespace = namespace }
            return holders.flatMap { holder in
                SocketCensus.endpoints(of: holder.socket).map { Target(discovered: $0, of: holder) }
            }
        }
        return targets(census.listeners).filter(isDiscovered) + targets(Array(connections))
    }

    /// The ports of targets of the thread's own namespace that have to be reserved. Needs no probe.
    package mutating func portsToReserve(_ targets: [Target]) throws(SystemCallError) -> PortSet {
        try visit(nil) { survey, _ throws(SystemCallError) in
            let range = try survey.kernel.readRange().ephemeralRange
            var ports: [UInt16] = []
            for target in targets where target.namespace == nil && range.contains(target.endpoint.port) {
                if try survey.addresses.isOwn(target.endpoint.address) { ports.append(target.endpoint.port) }
            }
            return PortSet(ports: ports)
        }
    }

    /// Surveys targets of a namespace, nil for the thread's own, in one visit and with one state for all of them.
    ///
    /// If the namespace cannot be entered or read, its targets are `inconclusive`, with the reason; for the thread's own
    /// namespace the error is thrown. Exhaustion of descriptors or memory is always thrown.
    ///
    /// - Parameters:
    ///   - known: its state, if it was read in this pass and need not be read again.
    ///   - discovers: whether a listener in the ephemeral range becomes a target; self-connections in it always do. nil:
    ///     neither.
    ///   - proceed: called before each target; returns whether to continue.
    ///   - surveyTarget: surveys one target, on a thread that is in its namespace.
    package mutating func pass(
        over targets: [Target], in namespace: String?, state known: NamespaceState? = nil,
        discovers: ((Target) -> Bool)? = nil, proceed: () -> Bool = { true },
        survey surveyTarget: (Target, NamespaceState, Arrival, inout Survey) throws(SystemCallError) -> Finding = {
            target, state, _, survey throws(SystemCallError) in try survey.survey(target, in: state)
        }
    ) throws(SystemCallError) -> NamespacePass {
        var pass = NamespacePass(over: targets, in: namespace)
        let redirectedInterval = redirectedInterval
        do throws(SystemCallError) {
            try visit(namespace) { survey, arrival throws(SystemCallError) in
                survey.redirectedInterval = redirectedInterval
                let known = arrival == .replaced ? nil : known
                let state =
                    if let known {
                        known
                    } else {
                        try Self.state(of: targets, in: namespace, &survey, isWhole: discovers != nil)
                    }
                pass.kernel = state.kernel
                if let discovers {
                    pass.add(Self.discovered(in: state, of: namespace, &survey, discovers))
                }
                for target in pass.targets {
                    guard proceed() else { return }
                    pass.findings.append(try surveyTarget(target, state, arrival, &survey))
                }
            }
        } catch {
            guard namespace != nil, !error.isResourceExhaustion else { throw error }
            pass.giveUp(because: error)
        }
        return pass
    }

    private static func state(
        of targets: [Target], in namespace: String?, _ survey: inout Survey, isWhole: Bool
    ) throws(SystemCallError) -> NamespaceState {
        try namespace == nil
            ? survey.readState() : survey.readBriefState(of: targets.map(\.endpoint), admitsWalk: isWhole).state
    }
}
