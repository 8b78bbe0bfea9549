// `selfconnectd advise`: prints or writes the sysctl file that ends the exposure, or rehearses it. Only --write changes
// the host.

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
        abstract:
            "Prints the sysctl.d file that ends the exposure of configured targets, present listeners and named ports.",
        discussion: """
            The ports of present self-connections are reserved as well. Named ports are those of the host's own network \
            namespace, or of the one of --namespace.

            The file is the same whether it is applied or not, as long as targets, listeners and self-connections are the \
            same: the assignment has all ports that need it and all \
            that are reserved already, and comments name the endpoints. With --rehearse the remedy is tried in a private \
            network namespace instead, with the range and the reserved ports of this host: exit status 0 if it holds, 1 if \
            not, 2 if that could not be shown. The host is not changed.

            Other network namespaces have lists of their own, which no file of sysctl.d(5) reaches: for these it prints \
            the command, and where the list has to be written to last. Exit status 2 if one could not be examined.

            Advice that would leave clients fewer than 1024 ports, or less than half of the range, is refused with exit \
            status 1: without ports, clients of any service cannot connect. --force overrides this.
            """)

    @Argument(
        help: "Ports to reserve besides, such as 50010 or 50000-50199, or endpoints, ADDRESS:PORT.",
        completion: .targets)
    var ports: [String] = []

    @Option(
        help: "The configuration file; built-in defaults where \(Run.defaultPath) does not exist.",
        completion: .configuration)
    var config: String?

    @Option(choice: "sysctl.d, kubernetes (a pod's security context) or ansible (a task).")
    var format: AdviceFormat = .sysctl

    @Option(
        help: ArgumentHelp("Replace FILE, and keep the ports that it reserves besides.", valueName: "file"),
        completion: .file(extensions: ["conf"]))
    var write: String?

    @Flag(
        help:
            "Print no advice; exit with 1 if the host, or FILE of --write, differs from the advice, with 2 if that is unknown."
    )
    var check = false

    @Flag(help: "Prove in a private network namespace that the remedy holds.")
    var rehearse = false

    @Flag(help: "Give the advice even if it leaves clients too few ports.")
    var force = false

    @OptionGroup var color: ColorOption

    @OptionGroup var namespaces: NamespacesOption

    func validate() throws {
        if namespaces.allNamespaces || namespaces.one.name != nil {
            let reach = "the host's own network namespace, no other"
            if write != nil { throw ValidationError("--write: a sysctl.d file reaches \(reach)") }
            if format == .ansible { throw ValidationError("--format ansible: the task reaches \(reach)") }
        }
        if rehearse, check || write != nil {
            throw ValidationError("--rehearse cannot be combined with --check or --write")
        }
        if write?.isEmpty == true {
            throw ValidationError("--write: name a file, such as /etc/sysctl.d/90-selfconnectd.conf")
        }
        if write != nil, format != .sysctl { throw ValidationError("--write takes --format sysctl.d alone") }
    }

    func run() throws {
        let named = try EndpointArgument.endpoints(ports)
        if rehearse, let status = try BorrowedRights.run() { throw ExitCode(status) }
        let settings = try Run.load(config)
        let selection = try selection(settings)
        let survey = try CommandFault.reporting { () throws(SystemCallError) in
            try AdviceSurvey(settings, naming: named, in: selection)
        }
        CommandFault.print(survey.foreign + survey.notes)
        guard survey.foreign.isEmpty else { throw Exit.usage }
        let outcome = try CommandFault.reporting { () throws(SystemCallError) in
            let outcome = try advise(survey, in: selection, timeout: settings.probe.timeout)
            CommandFault.print(survey.faults)
            return Rehearsal.mostSevere([outcome] + (survey.faults.isEmpty ? [] : [.inconclusive]))
        }
        switch outcome {
        case .holds: break
        case .fails: throw ExitCode(1)
        case .inconclusive: throw ExitCode(2)
        }
    }

    /// All namespaces if the daemon watches all of them, unless it is about a file, which reaches none of them.
    private func selection(_ settings: Configuration) throws -> NamespaceSelection {
        let selection = try namespaces.selection()
        let isForFile = write != nil || format == .ansible
        return selection == .configured && settings.discover.namespaces && !isForFile ? .all : selection
    }

    /// Gives the advice that does no harm. Harm in one of all namespaces keeps nothing from the others.
    private func advise(
        _ survey: AdviceSurvey, in selection: NamespaceSelection, timeout: Duration
    ) throws(SystemCallError) -> Rehearsal.Outcome {
        guard !survey.advices.isEmpty else { return .inconclusive }
        let refusals = force ? [] : AdviceWarnings.refusals(survey.advices)
        CommandFault.print(refusals)
        guard refusals.isEmpty || selection == .all else { return .fails }
        let advices = survey.advices.filter { force || !$0.isHarmful }
        if rehearse { CommandFault.print(AdviceWarnings.harms(advices)) }
        let outcome = try rehearse ? rehearse(advices, timeout: timeout) : output(advices)
        return refusals.isEmpty ? outcome : .fails
    }

    /// Prints the advice, writes it or checks it.
    private func output(_ advices: [Advice]) throws(SystemCallError) -> Rehearsal.Outcome {
        let file: AdviceFile?
        do throws(ParseError) {
            file = if let write { try AdviceFile(write) } else { nil }
        } catch {
            CommandFault.print([error.message])
            return .fails
        }
        if check {
            CommandFault.print(AdviceWarnings.empty(advices))
            // Of a namespace that could not be surveyed it is not known.
            guard advices.allSatisfy({ $0.remedy != nil }) else { return .inconclusive }
            let isApplied = advices.allSatisfy(\.additions.isEmpty)
            return isApplied && file?.isCurrent(advices) ?? true ? .holds : .fails
        }
        if let file {
            CommandFault.print(try write(advices, to: file))
        } else {
            Terminal.write(format.text(advices), terminator: "")
        }
        CommandFault.print(AdviceWarnings.lines(advices))
        return .holds
    }

    /// Writes the advice; returns what the reader has to know of it, line by line.
    private func write(_ advices: [Advice], to file: AdviceFile) throws(SystemCallError) -> [String] {
        switch try file.write(advices) {
        case .unchanged: file.rivals()
        case .written: [AdviceWarnings.written(file.path, advices, keeping: file.present)] + file.rivals()
        case .withheld: ["\(file.path) is not written: there is no port to reserve"]
        }
    }

    private func rehearse(
        _ advices: [Advice], timeout: Duration
    ) throws(SystemCallError) -> Rehearsal.Outcome {
        var outcomes: [Rehearsal.Outcome] = []
        for advice in advices {
            let rehearsal = try RehearsalRunner.run(advice, timeout: timeout)
            color.write(RehearsalText.lines(rehearsal))
            outcomes.append(rehearsal.outcome)
        }
        return Rehearsal.mostSevere(outcomes)
    }
}
