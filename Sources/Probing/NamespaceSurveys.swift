// Targets in several network namespaces, surveyed from one thread: it goes into each, looks, and comes back.
//
// Nothing stays open in a foreign namespace between two visits. A socket left there would keep a namespace that was
// deleted alive, with its interfaces and addresses, until the next visit: so the sockets are made anew each time,
// which takes some ten microseconds.

package import Linux
package import SelfConnect

/// Surveys targets in the calling thread's network namespace and in others. Stays on the thread that made it.
package struct NamespaceSurveys: ~Copyable {
    /// What a visit finds behind the name of a namespace.
    package enum Arrival: Hashable, Sendable {
        /// It is the first visit.
        case first
        /// The namespace of the last visit.
        case same
        /// Another one: it was deleted and made anew, or the name was given away.
        case replaced
    }

    private let timeout: Duration
    /// After how long a port that is redirected is probed again.
    package var redirectedInterval = Duration.seconds(3600)
    private let kernel: KernelSurvey
    private var own: Survey
    /// The owners of sockets in other namespaces: socket inodes belong to the host, not to a namespace.
    private var identity = HolderIdentity()
    private var seen: [String?: NetworkNamespace.Identity] = [:]
    /// Where namespaces are found that are not named by a file under /run/netns.
    package var places: [String: NamespacePlace] = [:]

    /// Surveys whose attempts are bounded by `timeout`. What the kernel can do is found out here, once for all
    /// namespaces.
    package init(timeout: Duration) throws(SystemCallError) {
        self.timeout = timeout
        kernel = KernelSurvey()
        own = try Survey(timeout: timeout, kernel: kernel)
    }

    /// Begins a pass: in it the processes of the host are looked through once at most.
    package mutating func beginPass() { identity.beginPass() }

    /// Forgets namespaces that have gone.
    package mutating func forget(_ namespaces: some Sequence<String>) {
        for namespace in namespaces {
            seen[namespace] = nil
            places[namespace] = nil
        }
    }

    /// Runs `body` in a namespace, nil for the thread's own, with a survey that lives there; the thread is back
    /// afterwards, whatever `body` threw.
    ///
    /// Throws ENOENT where there is no such namespace, EPERM without CAP_SYS_ADMIN, EINVAL where the file is none.
    package mutating func visit<Result>(
        _ namespace: String?, _ body: (inout Survey, Arrival) throws(SystemCallError) -> Result
    ) throws(SystemCallError) -> Result {
        guard let namespace else { return try body(&own, try arrive(nil)) }
        return try open(namespace).visit { () throws(SystemCallError) in
            let arrival = try arrive(namespace)
            // Lent, so that there is one copy of what is known.
            let lent = identity
            identity = HolderIdentity()
            var survey = try Survey(timeout: timeout, kernel: kernel, identity: lent)
            let result = Swift.Result { () throws(SystemCallError) in try body(&survey, arrival) }
            identity = survey.surrenderIdentity()
            return try result.get()
        }
    }

    private func open(_ namespace: String) throws(SystemCallError) -> NetworkNamespace {
        guard let place = places[namespace] else {
            return try NetworkNamespace.open(NamespaceName.path(of: namespace))
        }
        return try NetworkNamespace.open(place.paths, inode: place.inode)
    }

    private mutating func arrive(_ namespace: String?) throws(SystemCallError) -> Arrival {
        let identity = try NetworkNamespace.currentIdentity()
        let last = seen.updateValue(identity, forKey: namespace)
        return last.map { $0 == identity ? .same : .replaced } ?? .first
    }
}

extension NamespaceSurveys {
    /// Looks at targets, namespace by namespace: one scene for all targets of each.
    ///
    /// A namespace that cannot be entered or read makes its targets `inconclusive`, with the reason; for the thread's
    /// own that is a fault, and thrown. So is, for all, that descriptors or memory have run out.
    ///
    /// - Parameters:
    ///   - loop: what a target's last loop probe saw.
    ///   - known: what was found out about a target the last time.
    ///   - scenes: what was seen of namespaces a moment ago, which need not be looked at again.
    ///   - proceed: asked before each target whether to go on.
    /// - Returns: nil if it was not to go on.
    package mutating func pass(
        over targets: [Target], loop: (Target) -> Observation? = { _ in nil },
        known: (Target) -> Evidence? = { _ in nil }, scenes: [String: NamespaceState] = [:],
        proceed: () -> Bool = { true }
    ) throws(SystemCallError) -> [NamespacePass]? {
        var passes: [NamespacePass] = []
        let redirectedInterval = redirectedInterval
        for (namespace, targets) in Target.byNamespace(targets) {
            var pass = NamespacePass(namespace: namespace)
            var isStopped = false
            do throws(SystemCallError) {
                try visit(namespace) { survey, arrival throws(SystemCallError) in
                    survey.redirectedInterval = redirectedInterval
                    let scene = try Self.scene(&survey, of: targets, in: namespace, known: scenes)
                    pass.kernel = scene.kernel
                    pass.arrival = arrival
                    for target in targets {
                        isStopped = !proceed()
                        guard !isStopped else { return }
                        // What is known of a namespace that was replaced says nothing of this one.
                        let known = arrival == .same ? known(target) : nil
                        pass.findings.append(
                            try survey.look(at: target, in: scene, loop: loop(target), known: known))
                    }
                }
            } catch {
                guard namespace != nil, !error.isResourceExhaustion else { throw error }
                pass.giveUp(targets, because: error)
            }
            guard !isStopped else { return nil }
            passes.append(pass)
        }
        return passes
    }

    private static func scene(
        _ survey: inout Survey, of targets: [Target], in namespace: String?, known: [String: NamespaceState]
    ) throws(SystemCallError) -> NamespaceState {
        guard let namespace else { return try survey.scene() }
        if let scene = known[namespace] { return scene }
        return try survey.briefScene(of: targets.map(\.endpoint)).state
    }
}

/// What one pass found in one network namespace.
package struct NamespacePass: Sendable {
    /// The namespace; nil: the thread's own.
    package let namespace: String?
    /// Whether it is still the namespace of the last pass; nil where it could not be entered.
    package fileprivate(set) var arrival: NamespaceSurveys.Arrival?
    /// Its facts, to be compared with those of the last pass; nil where they could not be read.
    package fileprivate(set) var kernel: KernelFacts?
    /// One finding for each target, in their order.
    package fileprivate(set) var findings: [Finding] = []
    /// Why targets could not be looked at.
    package fileprivate(set) var fault: SystemCallError?

    fileprivate init(namespace: String?) {
        self.namespace = namespace
    }

    /// The targets that were not reached are inconclusive.
    fileprivate mutating func giveUp(_ targets: [Target], because error: SystemCallError) {
        fault = error
        let hindrance = "the network namespace \(namespace ?? "") could not be looked into: \(error)\(Self.hint(error))"
        for target in targets.dropFirst(findings.count) {
            findings.append(
                Finding(target, at: Clock.wall, evidence: Evidence(of: target, hindrance: hindrance)))
        }
    }

    private static func hint(_ error: SystemCallError) -> String {
        switch (error.operation, error.name) {
        case ("setns", "EPERM"): "; that takes CAP_SYS_ADMIN, which systemd/namespaces.conf grants"
        case ("setns", "EINVAL"): "; the file stands for no network namespace"
        default: ""
        }
    }
}
