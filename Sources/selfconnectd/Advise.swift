// `selfconnectd advise`: prints the sysctl file that ends the exposure, or rehearses it. Changes nothing on the host.

import ArgumentParser
import Configuration
import Glibc
import Linux
import Probing
import Reporting
import SelfConnect

/// `selfconnectd advise`.
struct Advise: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the sysctl.d file that ends the exposure of the configured targets.",
        discussion: """
            The assignment is merged with the ports that are reserved already; why each port is in it, and what \
            reserving does not fix, stands in comments. With --rehearse the remedy is tried in a private network \
            namespace instead, with the range and the reserved ports of this host: exit status 0 if it holds, 1 if \
            not, 2 if that could not be shown. The host is not changed.

            Advice that would leave clients fewer than 1024 ports, or less than half of the range, is refused with exit \
            status 1: without ports, clients of any service cannot connect. --force overrides this.
            """)

    @Option(help: "The configuration file; built-in defaults where \(Run.defaultPath) does not exist.")
    var config: String?

    @Flag(help: "Prove in a private network namespace that the remedy holds.")
    var rehearse = false

    @Flag(help: "Give the advice even if it leaves clients too few ports.")
    var force = false

    func run() throws {
        if rehearse, let status = try statusWithBorrowedRights() { throw ExitCode(status) }
        let settings = try Run.load(config)
        let outcome = try Self.reportingFaults { () throws(SystemCallError) -> Rehearsal.Outcome in
            let advices = try Self.advices(settings)
            let refusals = AdviceText.refusals(advices)
            guard force || refusals.isEmpty else {
                Self.printErrors(refusals)
                return .fails
            }
            if rehearse {
                Self.printErrors(AdviceText.harms(advices))
                return try Self.rehearse(advices, timeout: settings.probe.timeout)
            }
            Terminal.write(AdviceText.file(advices), terminator: "")
            Self.printErrors(AdviceText.warnings(advices))
            return .holds
        }
        switch outcome {
        case .holds: break
        case .fails: throw ExitCode(1)
        case .inconclusive: throw ExitCode(2)
        }
    }

    private static func advices(_ settings: Configuration) throws(SystemCallError) -> [Advice] {
        var surveys = try NamespaceSurveys(timeout: settings.probe.timeout)
        return (try surveys.pass(over: targets(settings)) ?? []).map {
            Advice($0.findings, kernel: $0.kernel, namespace: $0.namespace)
        }
    }

    /// The configured targets, and the daemon's own ports unless they are configured.
    private static func targets(_ settings: Configuration) -> [Target] {
        let configured = Set(settings.targets.map(\.id))
        let own = settings.listen.compactMap { listener -> Target? in
            guard case .tcp(let endpoint) = listener.value else { return nil }
            return Target(name: Version.name, endpoint: endpoint, source: .own, server: .exact)
        }
        return settings.targets + own.filter { !configured.contains($0.id) }
    }

    private static func rehearse(
        _ advices: [Advice], timeout: Duration
    ) throws(SystemCallError) -> Rehearsal.Outcome {
        var outcomes: [Rehearsal.Outcome] = []
        for advice in advices {
            let rehearsal = try RehearsalRunner.run(advice, timeout: timeout)
            Terminal.write(RehearsalText.text(rehearsal), terminator: "")
            outcomes.append(rehearsal.outcome)
        }
        return Rehearsal.worst(outcomes)
    }

    /// If this process may not create a network namespace: runs the whole command again as root of a user namespace,
    /// which may. Returns its exit status; nil if the process has the privilege.
    private func statusWithBorrowedRights() throws -> Int32? {
        try Self.reportingFaults { () throws(SystemCallError) in
            do throws(SystemCallError) {
                try Thread.run(name: "rehearsal") { () throws(SystemCallError) in try NetworkNamespace.unshare() }
                return nil
            } catch  where error.code == EPERM && getenv(Self.mark) == nil {
                return try UserNamespace.runSelf(ProgramArguments.all, adding: Self.mark + "=1")
            }
        }
    }

    /// Set for the process in the user namespace: a second user namespace would not help.
    private static let mark = "SELFCONNECTD_BORROWED_RIGHTS"

    private static func reportingFaults<Value>(_ body: () throws(SystemCallError) -> Value) throws -> Value {
        do throws(SystemCallError) {
            return try body()
        } catch {
            printErrors(["\(error)\(hint(error))"])
            throw Exit.fault
        }
    }

    private static func hint(_ error: SystemCallError) -> String {
        switch error.operation {
        case "clone CLONE_NEWUSER", "unshare CLONE_NEWNET":
            ": this host forbids private namespaces (see user.max_user_namespaces); rehearse as root"
        default: ""
        }
    }

    private static func printErrors(_ lines: [String]) {
        Exit.printErrors(lines.map { "\(Version.name): \($0)" })
    }
}
