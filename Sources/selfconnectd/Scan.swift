import ArgumentParser
import Configuration
import Linux
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

    func run() throws {
        let named = try namedEndpoints()
        let settings = try Run.load(config)
        // The state is that of this namespace: it does not apply to targets in others.
        let configured = settings.targets.filter { $0.namespace == nil }
        let known = Set(configured.map(\.endpoint))
        let candidates =
            configured
            + named.filter { !known.contains($0) }.map {
                Target(name: "port-\($0.port)", endpoint: $0)
            }
        var watched: [WatchedTarget] = []
        do throws(SystemCallError) {
            var survey = try Survey(timeout: settings.probe.timeout)
            let scene = try survey.scene()
            for target in candidates {
                let finding = try survey.look(at: target, in: scene)
                let isNamed = named.contains(target.endpoint)
                if isNamed || finding.assessment.verdict == .stolen { watched.append(WatchedTarget(finding)) }
            }
            let census = SocketCensus(scene.sockets, in: scene.kernel.ephemeralRange)
            for target in Self.targets(of: census, besides: watched.map(\.target.endpoint)) {
                watched.append(WatchedTarget(try survey.look(at: target, in: scene)))
            }
            if json { Terminal.write(JSONDocuments.probe(scene.kernel, watched)) }
        } catch {
            Exit.printErrors(["\(Version.name): \(error)"])
            throw Exit.inconclusive
        }
        if !json {
            for target in watched { Terminal.write(TargetText.text(target)) }
            Terminal.write(Self.summary(watched, examined: Set(candidates.map(\.endpoint.port)).count))
        }
        if let status = Exit.status(of: watched) { throw status }
    }

    /// A summary of what was found and examined.
    private static func summary(_ watched: [WatchedTarget], examined: Int) -> String {
        var found: [String] = []
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

    /// A port alone stands for both loopback addresses.
    private func namedEndpoints() throws -> [Endpoint] {
        var endpoints: [Endpoint] = []
        for text in ports {
            do throws(ParseError) {
                if text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
                    let port = try PortRange(text).first
                    endpoints += [Endpoint(.loopback4, port), Endpoint(.loopback6, port)]
                } else {
                    endpoints.append(try Endpoint(text).unmapped)
                }
            } catch {
                throw ValidationError(error.message)
            }
        }
        return endpoints
    }

    /// The endpoints of the census, without duplicates.
    private static func targets(of census: SocketCensus, besides known: [Endpoint]) -> [Target] {
        var found: [Target] = []
        var endpoints = Set(known)
        for holder in census.selfConnections + census.unconfirmed + census.listeners {
            for endpoint in SocketCensus.endpoints(of: holder.socket) where endpoints.insert(endpoint).inserted {
                found.append(Target(name: "port-\(endpoint.port)", endpoint: endpoint, source: .discovered))
            }
        }
        return found
    }
}
