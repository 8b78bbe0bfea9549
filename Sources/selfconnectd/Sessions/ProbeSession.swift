import Linux
import Probing
import Reporting
import SelfConnect

/// Probes endpoints one after another, and prints the results on the terminal.
struct ProbeSession: ~Copyable {
    /// The results.
    private(set) var watched: [WatchedTarget] = []
    /// The kernel facts at the last probe.
    private(set) var kernel: KernelFacts?

    private var survey: Survey
    private let timeout: Duration
    private let attempts: Int?
    private let holds: Bool
    private let isQuiet: Bool

    /// The confidence of a loop without a self-connection if the number of attempts is not given.
    private static let confidence = 0.999
    private static let slice = 512

    init(timeout: Duration, attempts: Int?, holds: Bool, isQuiet: Bool) throws(SystemCallError) {
        survey = try Survey(timeout: timeout)
        self.timeout = timeout
        self.attempts = attempts
        self.holds = holds
        self.isQuiet = isQuiet
    }

    /// The addresses that are known not to belong to this host. Sends nothing.
    mutating func foreignAddresses(of targets: [Target]) -> [IPAddress] {
        var foreign: [IPAddress] = []
        for address in Set(targets.map(\.endpoint.address)).sorted() {
            if let facts = try? survey.facts(about: address), !facts.isOwn { foreign.append(address) }
        }
        return foreign
    }

    /// Probes one endpoint.
    mutating func probe(_ target: Target, _ method: Probe.Method) throws(SystemCallError) {
        let scene = try survey.scene()
        kernel = scene.kernel
        let finding = try survey.look(at: target, in: scene)
        var found = WatchedTarget(finding)
        if method == .loop || (method == .auto && !scene.kernel.directedProbe) {
            found.take(loop: try loop(finding))
            _ = found.take(try survey.look(at: target, in: try survey.scene(), loop: found.loop))
        }
        watched.append(found)
        if !isQuiet { Terminal.write(TargetText.text(found)) }
    }

    /// Runs the loop probe, or returns the reason why it would never end.
    private mutating func loop(_ finding: Finding) throws(SystemCallError) -> Observation {
        let target = finding.target
        switch LoopChoice(finding.evidence, finding.assessment) {
        case .skip(let reason):
            let client = target.clients.min() ?? .connect
            say("No loop on \(target.endpoint): \(reason)")
            return Observation(client: client, outcome: .skipped, at: Clock.wall, detail: reason)
        case .run(let kind, let odds):
            let limit = attempts ?? odds.attempts(forConfidence: Self.confidence) ?? 1_000_000
            return try run(ProbePlan(client: kind, attempts: limit, attemptTimeout: timeout), target.endpoint)
        }
    }

    private mutating func run(_ plan: ProbePlan, _ endpoint: Endpoint) throws(SystemCallError) -> Observation {
        say("Trying to connect to \(endpoint)...", terminator: "")
        var loop = try LoopProbe(to: endpoint, plan: plan)
        var dots = 0
        while true {
            guard try survey.isSafeToLoop(endpoint, for: plan.client) else {
                say("")
                return loop.stop(.skipped, because: "the port was taken while the loop ran")
            }
            let ended = loop.advance(Self.slice)
            for _ in dots..<max(dots, loop.attempts / 1000) { say(".", terminator: "") }
            dots = max(dots, loop.attempts / 1000)
            guard let ended else { continue }
            tell(ended)
            if holds, ended.outcome == .selfConnected {
                say("Press Enter to continue...")
                Terminal.waitForEnter()
            }
            return ended
        }
    }

    private func tell(_ ended: Observation) {
        switch ended.outcome {
        case .selfConnected: say("Connected after \(ended.attempts) tries")
        case .exhausted: say("Not connected after \(ended.attempts) tries")
        default: say("\(ended.outcome.rawValue) after \(ended.attempts) tries \(ended.detail ?? ended.error ?? "")")
        }
    }

    private func say(_ text: String, terminator: String = "\n") {
        if !isQuiet { Terminal.write(text.printable, terminator: terminator) }
    }
}
