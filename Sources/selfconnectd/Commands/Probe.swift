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
            The directed probe proves in one attempt whether a client can. The loop probe reconnects like a client \
            until it is given the port itself: a dot each 1000 tries.
            """)

    /// The probe method.
    enum Method: String, ExpressibleByArgument, CaseIterable {
        case directed, loop, auto
    }

    @Argument(help: "PORT, :PORT or localhost:PORT for both loopback addresses, ADDRESS:PORT or [IPv6]:PORT.")
    var endpoints: [String]

    @Option(
        help:
            "directed: one attempt as each kind of client; loop: the raw socket loop; auto: directed if the kernel supports it, otherwise loop."
    )
    var method: Method = .auto

    @Option(help: "The kind of client that the verdict is about: connect, bind, bind-late or range.")
    var client: String = ClientKind.connect.rawValue

    @Option(help: "Maximum attempts per loop probe (default: enough for 99.9 % confidence).")
    var attempts: Int?

    @Option(help: "The bound on one try, such as 250ms.")
    var timeout: String = "250ms"

    @Flag(help: "Keep the self-connection of a loop until Enter, for ss and lsof to see.")
    var hold = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var namespace: NamespaceOption

    func run() throws {
        let targets = try parsedTargets()
        let timeout = try parsedTimeout()
        if let attempts, attempts < 1 { throw ValidationError("--attempts: at least 1") }
        try namespace.enter()
        let watched: [WatchedTarget]
        let foreign: [IPAddress]
        do throws(SystemCallError) {
            var session = try ProbeSession(timeout: timeout, attempts: attempts, holds: hold, isQuiet: json)
            foreign = session.foreignAddresses(of: targets)
            for target in targets where foreign.isEmpty { try session.probe(target, method) }
            watched = session.watched
            let remedies = try AdviceSurvey.remedies(for: watched)
            if json, let kernel = session.kernel {
                Terminal.write(JSONDocuments.probe(kernel, watched, remedies).indented.octets)
            }
            if !json, let text = RemedyText.text(watched, remedies) { Terminal.write(text) }
        } catch {
            CommandFault.print(["\(error)"])
            throw Exit.inconclusive
        }
        guard foreign.isEmpty else {
            CommandFault.print(foreign.map { "\($0) is not an address of this host: nothing was sent" })
            throw Exit.usage
        }
        if let status = Exit.status(of: watched) { throw status }
    }

    private func parsedTargets() throws -> [Target] {
        guard let kind = ClientKind(rawValue: client) else {
            let kinds = ClientKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--client: “\(client)” is not a kind of client: write one of \(kinds)")
        }
        // The remedy is one of this namespace, not of the host's.
        let namespace = try namespace.parsed()
        return try endpoints.flatMap { try EndpointArgument.endpoints($0) }
            .map { Target(name: "\($0)", endpoint: $0, clients: [kind], namespace: namespace) }
    }

    private func parsedTimeout() throws -> Duration {
        do throws(ParseError) {
            let duration = try Duration(text: timeout)
            guard duration >= .milliseconds(1), duration <= .seconds(10) else {
                throw ParseError("“\(timeout)” is out of bounds: write 1ms to 10s")
            }
            return duration
        } catch {
            throw ValidationError("--timeout: \(error.message)")
        }
    }
}
