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
            for.
            """)

    @Argument(help: "Ports to examine besides, such as 50103, or endpoints, ADDRESS:PORT.")
    var ports: [String] = []

    @Option(help: "The configuration file; none where \(Run.defaultPath) does not exist.")
    var config: String?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var namespace: NamespaceOption

    @Flag(help: "Examine every network namespace of the host.")
    var allNamespaces = false

    func validate() throws {
        guard !allNamespaces || namespace.name == nil else {
            throw ValidationError("--namespace and --all-namespaces cannot be combined")
        }
    }

    func run() throws {
        let settings = try Run.load(config)
        let session = try scan(settings, named: try EndpointArgument.endpoints(ports), in: try namespace.parsed())
        if json, let kernel = session.kernel {
            Terminal.write(JSONDocuments.probe(kernel, session.watched, session.remedies).indented.octets)
        }
        if !json {
            for target in session.watched { Terminal.write(TargetText.text(target)) }
            if let text = RemedyText.text(session.watched, session.remedies) { Terminal.write(text) }
            Terminal.write(Self.summary(session))
        }
        if let status = Exit.status(of: session.watched) { throw status }
        if session.hasFailed { throw Exit.inconclusive }
    }

    private func scan(
        _ settings: Configuration, named: [Endpoint], in namespace: String?
    ) throws -> ScanSession {
        do throws(SystemCallError) {
            var session = try ScanSession(settings, named: named)
            let namespaces = namespace.map { [$0] } ?? session.namespaces(all: allNamespaces)
            try session.scan(namespaces)
            session.remedies = try AdviceSurvey.remedies(for: session.watched, config: config)
            return session
        } catch {
            CommandFault.print(["\(error)"])
            throw Exit.inconclusive
        }
    }

    /// A summary of what was found and examined.
    private static func summary(_ session: borrowing ScanSession) -> String {
        let (watched, examined) = (session.watched, session.examinedPorts.count)
        var found: [String] = []
        if session.places > 1 { found.append("Network namespaces: \(session.places).") }
        if watched.isEmpty { found.append("No listener in the ephemeral range and no self-connection.") }
        guard examined > 0 else {
            found.append(
                "Stolen ports were not looked for: no targets are configured. To examine a port that a server cannot bind,"
                    + " name it: \(Version.name) scan PORT")
            return found.joined(separator: "\n")
        }
        let stolen = Set(watched.filter { $0.finding.assessment.verdict == .stolen }.map(\.target.endpoint.port)).count
        found.append(
            "Stolen ports: \(stolen) of the \(examined) configured or named \(examined == 1 ? "port" : "ports"); others"
                + " were not examined.")
        return found.joined(separator: "\n")
    }
}
