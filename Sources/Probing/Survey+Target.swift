// Surveys one target: the address, the sockets that have the port, a directed probe as each client kind, and a server's
// bind().

package import Linux
package import SelfConnect

extension Survey {
    /// Surveys a target; `loop` is the observation of its last loop probe, `known` the evidence of the last survey.
    ///
    /// The state may be older than the probes. If they contradict each other, a socket was opened or closed in between:
    /// then sockets and probes are repeated. An error makes the target `inconclusive`.
    ///
    /// - Throws: if descriptors or memory have run out, which is not about the target.
    package mutating func survey(
        _ target: Target, in state: NamespaceState, loop: Observation? = nil, known: Evidence? = nil
    ) throws(SystemCallError) -> Finding {
        do throws(SystemCallError) {
            return try finding(of: target, in: state, loop: loop, known: known)
        } catch  where !error.isResourceExhaustion {
            let evidence = Evidence(of: target, surveyFault: "\(error)", kernel: state.kernel)
            return Finding(target, at: Clock.wall, evidence: evidence)
        }
    }

    private mutating func finding(
        of target: Target, in state: NamespaceState, loop: Observation?, known: Evidence?
    ) throws(SystemCallError) -> Finding {
        let address = try addresses.facts(about: target.endpoint.address)
        var evidence = Evidence(
            endpoint: target.endpoint, clients: target.clients, kernel: state.kernel, address: address,
            sockets: portSockets(of: target.endpoint, in: state.sockets, readAt: state.readAt),
            choice: state.choice(for: target.endpoint.address), probes: ProbeResults(loop: loop),
            memory: ListenerMemory(after: known), server: target.server)
        let at = Clock.wall
        if let known, isStillRedirected(evidence, known) {
            evidence.probes.directed = known.probes.directed
            evidence.probes.isRedirected = true
        } else {
            try runProbes(&evidence, known)
            if evidence.isStale { try resurvey(&evidence, known) }
        }
        evidence.memory.recordBound(evidence.sockets, listenTime: listenTime)
        if isOneShot { try awaitListeners(&evidence, known) }
        try findServerAccess(&evidence)
        evidence.sockets.hasBriefSelfConnections = thisPass.briefPorts.contains(target.endpoint.port)
        name(&evidence.sockets.holders, atMost: Self.ownerLookupLimit)
        evidence.memory.record(evidence.holders)
        return Finding(target, at: at, evidence: evidence)
    }

    /// Reads the sockets again and repeats the probes until they agree, or the port has changed too often meanwhile; a port
    /// that is found to be redirected is not probed again.
    private mutating func resurvey(_ evidence: inout Evidence, _ known: Evidence?) throws(SystemCallError) {
        var port = ChangingPort(evidence)
        while true {
            evidence.sockets = try freshSockets(of: evidence.endpoint)
            evidence.probes.isRedirected = port.isRedirected(evidence)
            guard !evidence.probes.isRedirected else { return }
            guard port.admitsLook else {
                evidence = port.best
                return
            }
            evidence.probes.directed = [:]
            try runProbes(&evidence, known)
            guard evidence.isStale else { return }
            port.record(evidence)
        }
    }

    /// Whether a redirected port is not to be probed again yet: each probe sends a SYN to the service behind it. A
    /// listener prevents probes of the port, and a self-connection shows that it is no longer redirected.
    private func isStillRedirected(_ evidence: Evidence, _ known: Evidence) -> Bool {
        guard known.probes.isRedirected, !evidence.listensHere, !evidence.loopsHere, evidence.address == known.address,
            evidence.kernel.ephemeralRange == known.kernel.ephemeralRange,
            evidence.kernel.reservedPorts == known.kernel.reservedPorts,
            let last = known.probes.directed.values.map(\.at).max()
        else { return false }
        let age = Clock.wall.since(last)
        return age >= .zero && age < redirectedInterval
    }

    /// Distinguishes sockets that are only bound from servers that start: reads the sockets again when a server would listen.
    /// The targets of one state wait together.
    private mutating func awaitListeners(_ evidence: inout Evidence, _ known: Evidence?) throws(SystemCallError) {
        guard evidence.holders.contains(where: evidence.mayListenSoon) else { return }
        wait(max(.zero, evidence.sockets.readAt + listenTime - Clock.monotonic))
        evidence.sockets = try freshSockets(of: evidence.endpoint)
        if evidence.isStale { try resurvey(&evidence, known) }
        evidence.memory.recordBound(evidence.sockets, listenTime: listenTime)
    }

    private mutating func findServerAccess(_ evidence: inout Evidence) throws(SystemCallError) {
        guard evidence.asksKernelForServer else { return }
        try askKernelForServer(&evidence)
        // If a socket was opened or closed between the survey and the bind(), the sockets are read again.
        guard evidence.probes.testBind?.answer == .no, evidence.blockers.isEmpty else { return }
        evidence.sockets = try freshSockets(of: evidence.endpoint)
        evidence.probes.testBind = nil
        if evidence.asksKernelForServer { try askKernelForServer(&evidence) }
    }

    private func askKernelForServer(_ evidence: inout Evidence) throws(SystemCallError) {
        let address = evidence.server.address(for: evidence.endpoint.address)
        switch try ServerBind.attempt(at: Endpoint(address, evidence.endpoint.port)) {
        case .possible: evidence.probes.testBind = ServerAccess(address: address, answer: .yes, proof: .directed)
        case .inUse: evidence.probes.testBind = ServerAccess(address: address, answer: .no, proof: .directed)
        case .unknown(let error):
            evidence.probes.testBind = evidence.serverAccessByRules
            evidence.probes.testBind?.detail = "\(error)"
        }
    }

    private mutating func runProbes(_ evidence: inout Evidence, _ known: Evidence?) throws(SystemCallError) {
        guard evidence.kernel.directedProbe, evidence.isInRange, evidence.address.isOwn else { return }
        let address = evidence.endpoint.address
        let silence = SilentAddresses.Silence(of: known?.probes, at: Clock.wall)
        let timeout = timeout
        defer { probe.timeout = timeout }
        for kind in ClientKind.allCases {
            probe.timeout = silentAddresses.timeout(for: address, atMost: timeout)
            guard silentAddresses.admits(address, silence) else {
                let last = silence == .none ? nil : known?.probes.directed[kind]
                evidence.probes.directed[kind] =
                    last ?? .untried(kind, "too many probes of \(address) have timed out in this pass")
                continue
            }
            guard kind.portChoice != .bind || evidence.bindProbeLeavesNoTrace else {
                evidence.probes.directed[kind] = Observation.untried(
                    kind, "on this kernel a bind() beside a connection would keep plain connects from the port",
                    .skipped)
                continue
            }
            guard kind.portChoice == .bind || !evidence.hasClosedSelfConnection else {
                evidence.probes.directed[kind] = Observation.untried(
                    kind, "the probe would take the place of a closed connection, which a server may wait for", .skipped
                )
                continue
            }
            let observation = try probe.run(
                kind, to: evidence.endpoint, kernel: evidence.kernel, address: evidence.address)
            evidence.probes.directed[kind] = observation
            // One timeout is enough: the other kinds would time out as well. A service behind NAT needs no further
            // probes either.
            silentAddresses.record(address, hasTimedOut: observation.outcome == .timedOut, silence)
            guard observation.outcome != .timedOut, observation.outcome != .reachedListener else { break }
        }
    }
}

extension Observation {
    /// An attempt that was not made.
    fileprivate static func untried(
        _ kind: ClientKind, _ reason: String, _ outcome: Outcome = .timedOut
    ) -> Observation {
        Observation(client: kind, outcome: outcome, at: Clock.wall, detail: reason)
    }
}
