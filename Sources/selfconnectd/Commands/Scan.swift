import ArgumentParser
import Configuration
import Linux
import Primitives
import Probing
import Reporting
import SelfConnect

/// `selfconnectd scan`.
struct Scan: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Examines all sockets of the host now: listeners in the ephemeral range, self-connections, stolen ports.",
        discussion: """
            A port is stolen when a server could not bind it and no server has it. That is examined for the targets of \
            the configuration and for the ports that are named; any other source port of a connection is what a client is \
            for. The most dangerous verdict comes first, except in JSON.
            """)

    @Argument(
        help: "Ports to examine besides, such as 50103, or endpoints, ADDRESS:PORT.", completion: .targets)
    var ports: [String] = []

    @Option(
        help: "The configuration file; none where \(Run.defaultPath) does not exist.", completion: .configuration)
    var config: String?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var color: ColorOption

    @OptionGroup var namespaces: NamespacesOption

    func run() throws {
        let settings = try Run.load(config)
        let session = try scan(settings, named: try EndpointArgument.endpoints(ports), in: try namespaces.selection())
        if json, let kernel = session.kernel {
            Terminal.write(JSONDocuments.probe(kernel, session.watched, session.remedies).indented.octets)
        }
        if !json {
            let lines =
                TargetText.lines(session.watched) + RemedyText.lines(session.watched, session.remedies)
                + Self.summary(session).map { TerminalLine($0) }
            color.write(lines)
        }
        if let status = Exit.status(of: session.watched) { throw status }
        if session.hasFailed { throw Exit.inconclusive }
    }

    private func scan(
        _ settings: Configuration, named: [Endpoint], in namespaces: NamespaceSelection
    ) throws -> ScanSession {
        do throws(SystemCallError) {
            var session = try ScanSession(settings, named: named)
            try session.scan(namespaces)
            session.remedies = try AdviceSurvey.remedies(for: session.watched, config: config)
            return session
        } catch {
            CommandFault.print(["\(error)"])
            throw Exit.inconclusive
        }
    }

    /// A summary of what was found and examined.
    private static func summary(_ session: borrowing ScanSession) -> [String] {
        let (watched, examined) = (session.watched, session.examinedPorts.count)
        var found: [String] = []
        if session.places > 1 { found.append("Network namespaces: \(session.places).") }
        if watched.isEmpty { found.append("No listener in the ephemeral range and no self-connection.") }
        guard examined > 0 else {
            found.append(
                "Stolen ports were not looked for: no targets are configured. To examine a port that a server cannot bind,"
                    + " name it: \(Version.name) scan PORT")
            return found
        }
        let stolen = Set(watched.filter { $0.finding.assessment.verdict == .stolen }.map(\.target.endpoint.port)).count
        found.append(
            "Stolen ports: \(stolen) of the \(examined) configured or named \(examined == 1 ? "port" : "ports"); others"
                + " were not examined.")
        return found
    }
}
