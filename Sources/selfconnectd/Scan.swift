import ArgumentParser
import Linux
import Probing
import Reporting
import SelfConnect
import Settings

/// `selfconnectd scan`.
struct Scan: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Looks at all sockets of the host now: listeners in the ephemeral range, self-connections, stolen ports.",
        discussion: "Stolen ports are looked for among the targets of the configuration, where there is one.")

    @Option(help: "The configuration file; none where \(Run.defaultPath) does not exist.")
    var config: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let settings = try Run.load(config)
        var watched: [WatchedTarget] = []
        do throws(SystemCallError) {
            var survey = try Survey(timeout: settings.probe.timeout)
            let scene = try survey.scene()
            // The scene is of this namespace: it says nothing of targets in others.
            let configured = settings.targets.filter { $0.namespace == nil }
            let census = SocketCensus(
                scene.sockets, in: scene.kernel.ephemeralRange, targets: configured.map(\.endpoint))
            for target in Self.targets(of: census, among: configured) {
                watched.append(WatchedTarget(try survey.look(at: target, in: scene)))
            }
            if json { Terminal.write(JSONDocuments.probe(scene.kernel, watched)) }
        } catch {
            Exit.complain(["\(Version.name): \(error)"])
            throw Exit.fault
        }
        if !json {
            for target in watched { Terminal.write(TargetText.text(target)) }
            if watched.isEmpty {
                Terminal.write("No listener in the ephemeral range, no self-connection, no stolen port.")
            }
        }
        if let status = Exit.status(of: watched) { throw status }
    }

    /// What the census found, each endpoint once.
    private static func targets(of census: SocketCensus, among configured: [Target]) -> [Target] {
        var found = configured.filter { census.stolen[$0.endpoint] != nil }
        var endpoints = Set(found.map(\.endpoint))
        for holder in census.selfConnections + census.listeners {
            for endpoint in SocketCensus.endpoints(of: holder.socket) where endpoints.insert(endpoint).inserted {
                found.append(Target(name: "port-\(endpoint.port)", endpoint: endpoint, source: .discovered))
            }
        }
        return found
    }
}
