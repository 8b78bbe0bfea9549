import Linux
import Probing
import Reporting
import SelfConnect

/// Probes endpoints one after another. Shows a loop probe on the terminal, as it runs or at its end.
struct ProbeSession: ~Copyable {
    /// The results.
    private(set) var watched: [WatchedTarget] = []
    /// The kernel facts at the last probe.
    private(set) var kernel: KernelFacts?
    /// What ends the session early.
    var interrupt: Interrupt
    /// The error that has ended it early.
    private(set) var fault: SystemCallError?

    private var survey: Survey
    private let timeout: Duration
    private let attempts: Int?
    private let holds: Bool
    private var transcript: LoopTranscript
    /// The state that the targets share; nil after a loop, which takes a while.
    private var state: NamespaceState?

    /// The confidence of a loop without a self-connection if the number of attempts is not given.
    private static let confidence = 0.999
    private static let slice = 512

    init(timeout: Duration, attempts: Int?, holds: Bool, isQuiet: Bool) throws(SystemCallError) {
        let interrupt = try Interrupt()
        let survey = try Survey(timeout: timeout, identity: .ofCommand, isOneShot: true)
        self.interrupt = interrupt
        self.survey = survey
        transcript = LoopTranscript(isQuiet: isQuiet)
        self.timeout = timeout
        self.attempts = attempts
        self.holds = holds
    }

    /// What arguments stand for, without those addresses of a name that do not belong to this host; and why some are
    /// refused. Sends nothing.
    mutating func ownRanges(of arguments: [ProbeArgument]) -> (ranges: [EndpointRange], foreign: [String]) {
        var own: [EndpointRange] = []
        var foreign: [IPAddress] = []
        var refusals: [String] = []
        for argument in arguments {
            let others = argument.ranges.map(\.address).filter { isForeign($0) }
            let mine = argument.ranges.filter { !others.contains($0.address) }
            own += mine
            if !argument.isName {
                foreign += others
            } else if mine.isEmpty {
                let list = others.map { "\($0)" }.joined(separator: ", ")
                refusals.append("\(argument.name) is not a name of this host, but of \(list): nothing was sent")
            }
        }
        return (own, Set(foreign).sorted().map { "\($0) is not an address of this host: nothing was sent" } + refusals)
    }

    /// Whether an address is known not to belong to this host.
    private mutating func isForeign(_ address: IPAddress) -> Bool {
        (try? survey.facts(about: address)).map { !$0.isOwn } ?? false
    }

    /// Probes targets, until the session is interrupted or an error occurs.
    mutating func probe(_ targets: [Target], _ method: Probe.Method) {
        do throws(SystemCallError) {
            for target in targets where !interrupt.check() { try probe(target, method) }
        } catch {
            fault = error
        }
    }

    private mutating func probe(_ target: Target, _ method: Probe.Method) throws(SystemCallError) {
        let current = if let state { state } else { try survey.readState() }
        (state, kernel) = (current, current.kernel)
        survey.allowTimeouts()
        let finding = try survey.survey(target, in: current)
        var found = WatchedTarget(finding)
        if method == .loop || (method == .auto && !current.kernel.directedProbe) {
            found.record(loop: try loop(finding, isRequested: method == .loop))
            _ = found.record(try survey.survey(target, in: try survey.readState(), loop: found.loop))
            state = nil
        }
        watched.append(found)
    }

    /// Runs the loop probe, or returns the reason why it would never end.
    ///
    /// - Parameter isRequested: whether the user wants a loop, and not only an answer.
    private mutating func loop(_ finding: Finding, isRequested: Bool) throws(SystemCallError) -> Observation {
        let target = finding.target
        switch LoopChoice(finding.evidence, finding.assessment) {
        case .skip(let reason):
            let client = target.clients.min() ?? .connect
            if isRequested { transcript.write(line: "No loop on \(target.endpoint): \(reason)") }
            return Observation(client: client, outcome: .skipped, at: Clock.wall, detail: reason)
        case .run(let kind, let odds):
            let limit = attempts ?? odds.attempts(forConfidence: Self.confidence) ?? 1_000_000
            let plan = ProbePlan(client: kind, attempts: limit, attemptTimeout: timeout)
            var loop = try LoopProbe(to: target.endpoint, plan: plan)
            transcript.begin(target.endpoint)
            let ended = try run(&loop, odds)
            transcript.end(ended, odds, isInterrupted: interrupt.hasArrived)
            if holds, ended.outcome == .selfConnected {
                transcript.write(line: "Press Enter to continue...")
                interrupt.waitForEnter()
            }
            return ended
        }
    }

    private mutating func run(_ loop: inout LoopProbe, _ odds: LoopOdds) throws(SystemCallError) -> Observation {
        while true {
            guard !interrupt.check() else { return loop.stop(.skipped, because: "interrupted") }
            guard try survey.isSafeToLoop(loop.endpoint, for: loop.plan.client) else {
                return loop.stop(.skipped, because: "the port was taken while the loop ran")
            }
            let ended = loop.advance(Self.slice)
            transcript.advance(loop.endpoint, to: loop.attempts, odds)
            if let ended { return ended }
        }
    }
}
