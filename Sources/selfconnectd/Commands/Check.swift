// `selfconnectd check`: queries a running daemon for monitoring systems that run a program and use its exit status.

import ArgumentParser
import Daemon
import HTTP
import Reporting
import SelfConnect
import StatusClient

/// `selfconnectd check`.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Asks a running daemon and answers as a monitoring plug-in: a line and an exit status.",
        discussion: """
            For Nagios and Icinga: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. The most severe target decides; a \
            daemon that is not healthy or whose last reload failed is at least a warning; one that cannot be asked is \
            unknown. Further lines have the first step that frees a port now. With --npd for node-problem-detector: \
            0 no port exposed, 1 some are, 2 unknown.
            """)

    @Option(help: "Where the daemon answers: http://ADDRESS:PORT or unix:/PATH.")
    var url: String = "http://127.0.0.1:9293"

    @Option(help: "A file with the bearer token, where the daemon asks for one.", completion: .file())
    var tokenFile: String?

    @Option(help: "The bound on the whole exchange, 1ms to 10m.")
    var timeout: String = "10s"

    @Flag(help: "Answer as a custom plugin of node-problem-detector.")
    var npd = false

    func run() throws {
        let address: DaemonAddress
        do throws(ParseError) {
            address = try DaemonAddress(url)
        } catch {
            throw ValidationError("--url: \(error.message)")
        }
        let limit = try Duration(timeout, of: "--timeout", within: .milliseconds(1) ... .seconds(600))
        let finding = finding(of: address, within: limit)
        let report = npd ? NodeProblemReport.report(finding) : NagiosReport.report(finding)
        // A result that could not be written must not count as success, whatever the reason.
        guard Terminal.write(report.text) else { throw Exit.status(ofLostOutputOf: self) }
        if report.status != 0 { throw ExitCode(report.status) }
    }

    /// Sends the request. Errors, including an unreadable token file, are reported to the monitoring system.
    private func finding(of address: DaemonAddress, within timeout: Duration) -> StatusResult {
        do throws(ParseError) {
            var token: BearerToken?
            if let tokenFile { token = try TokenFile.token(in: tokenFile) }
            let query = DaemonQuery(to: address, token: token, timeout: timeout)
            return npd ? StatusResult(query, missing: NodeProblemReport.missing(in:)) : StatusResult(query)
        } catch {
            return .unknown(error.message)
        }
    }
}
