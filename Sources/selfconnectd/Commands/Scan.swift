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
        help: "Ports to examine besides, such as 50103 or 50000-50199, or endpoints, ADDRESS:PORT.",
        completion: .targets)
    var ports: [String] = []

    @Option(
        help: "The configuration file; none where \(Run.defaultPath) does not exist.", completion: .configuration)
    var config: String?

    @OptionGroup var format: FormatOption

    @OptionGroup var color: ColorOption

    @OptionGroup var namespaces: NamespacesOption

    func run() throws {
        let settings = try Run.load(config)
        let session = try scan(settings, named: try EndpointArgument.endpoints(ports), in: try namespaces.selection())
        switch format.chosen {
        case .json:
            if let kernel = session.kernel {
                Terminal.write(JSONDocuments.probe(kernel, session.watched, session.remedies).indented.octets)
            }
        case .table: color.write(TargetTable.lines(session.watched) + Self.conclusion(session))
        case .text: color.write(TargetText.lines(session.watched) + Self.conclusion(session))
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

    /// The remedies, and a summary of what was found and examined.
    private static func conclusion(_ session: borrowing ScanSession) -> [TerminalLine] {
        RemedyText.lines(session.watched, session.remedies) + TargetTotals.lines(session.watched)
            + ScanText.lines(
                session.watched, places: session.places, examinedPorts: session.examinedPorts.count,
                omitted: session.omitted)
    }
}
