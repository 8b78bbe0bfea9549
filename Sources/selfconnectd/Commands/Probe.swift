// `selfconnectd probe`: surveys endpoints once, without a daemon; also runs the loop probe, the original demonstration
// of the problem.

import ArgumentParser
import Linux
import Primitives
import Reporting
import SelfConnect

/// `selfconnectd probe`.
struct Probe: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Probes endpoints now and reports which clients can connect to themselves on them.",
        discussion: """
            The directed probe proves in one attempt whether a client can. The loop probe connects in a loop, as a \
            reconnecting client does, until it is connected to itself, and prints a dot for every 1000 attempts. After \
            Ctrl-C the command prints what it has learned. The most dangerous verdict comes first, except in JSON.
            """)

    /// The probe method.
    enum Method: String, CaseIterable {
        case directed, loop, auto
    }

    @Argument(
        help:
            "PORT, :PORT or localhost:PORT for both loopback addresses, ADDRESS:PORT, [IPv6]:PORT, or HOST:PORT for the addresses of a name that this host has; PORT may be a range, such as 50000-50199.",
        completion: .targets)
    var endpoints: [String]

    @Option(
        choice:
            "directed: one attempt as each kind of client; loop: repeated attempts, until one connects to itself; auto: directed if the kernel supports it, otherwise loop."
    )
    var method: Method = .auto

    @Option(choice: "The client kind that the verdict covers.")
    var client: ClientKind = .connect

    @Option(help: "Maximum attempts per loop probe (default: enough for 99.9 % confidence).")
    var attempts: Int?

    @Option(help: "The limit for one attempt, 1ms to 10s.")
    var timeout: String = "250ms"

    @Flag(help: "Keep the self-connection of a loop probe open until Enter, so that ss or lsof shows it.")
    var hold = false

    @OptionGroup var format: FormatOption

    @OptionGroup var color: ColorOption

    @OptionGroup var namespace: NamespaceOption

    func run() throws {
        if let attempts, attempts < 1 { throw ValidationError("--attempts: at least 1") }
        let timeout = try Duration(timeout, of: "--timeout", within: .milliseconds(1) ... .seconds(10))
        let arguments = try endpoints.map { try ProbeArgument($0) }
        try EndpointArgument.checkCount(of: arguments.flatMap(\.ranges))
        // The remedy is one of this namespace, not of the host's.
        let place = try namespace.parsed()
        try namespace.enter()
        let watched: [WatchedTarget]
        let foreign: [String]
        do throws(SystemCallError) {
            var session = try ProbeSession(
                timeout: timeout, attempts: attempts, holds: hold, isQuiet: format.chosen != .text)
            let own = session.ownRanges(of: arguments)
            foreign = own.foreign
            if foreign.isEmpty {
                session.probe(targets(EndpointRange.endpoints(of: own.ranges), in: place), method)
            }
            watched = session.watched
            if !watched.isEmpty { try output(session) }
            if let fault = session.fault { throw fault }
            session.interrupt.end()
        } catch {
            CommandFault.print(["\(error)"])
            throw Exit.inconclusive
        }
        guard foreign.isEmpty else {
            CommandFault.print(foreign)
            throw Exit.usage
        }
        if let status = Exit.status(of: watched) { throw status }
    }

    private func targets(_ endpoints: [Endpoint], in namespace: String?) -> [Target] {
        endpoints.map { Target(name: "\($0)", endpoint: $0, clients: [client], namespace: namespace) }
    }

    private func output(_ session: borrowing ProbeSession) throws(SystemCallError) {
        let watched = session.watched
        let remedies = try AdviceSurvey.remedies(for: watched)
        guard format.chosen == .json else {
            let lines = format.chosen == .table ? TargetTable.lines(watched) : TargetText.lines(watched)
            color.write(lines + RemedyText.lines(watched, remedies) + TargetTotals.lines(watched))
            return
        }
        if let kernel = session.kernel {
            Terminal.write(JSONDocuments.probe(kernel, watched, remedies).indented.octets)
        }
    }
}
