import ArgumentParser
import Configuration
import Daemon

/// `selfconnectd check-config`.
struct CheckConfig: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Checks a configuration file: every fault as FILE:LINE:COLUMN: message, silent if there is none. Warnings do not change the exit status."
    )

    @Argument(help: "The configuration file.", completion: .configuration)
    var file: String = Run.defaultPath

    func run() throws {
        let faults: [String]
        do throws(ConfigurationError) {
            let report = try FileCheck.report(on: file)
            Exit.printErrors(report.warnings)
            faults = report.faults
        } catch {
            faults = error.lines
        }
        guard faults.isEmpty else {
            Exit.printErrors(faults)
            throw Exit.configuration
        }
    }
}
