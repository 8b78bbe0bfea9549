import ArgumentParser
import Daemon
import Linux
import Settings

/// `selfconnectd check-config`.
struct CheckConfig: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks a configuration file: every fault as FILE:LINE:COLUMN: message, silent if there is none.")

    @Argument(help: "The configuration file.")
    var file: String = Run.defaultPath

    func run() throws {
        let configuration: Configuration
        do throws(SettingsFault) {
            configuration = try SettingsFile.load(file)
        } catch {
            Exit.complain(error.lines)
            throw Exit.configuration
        }
        // Whether the listen port is safe depends on the host; where the kernel does not tell, the file is still good.
        let kernel = try? KernelSurvey().read()
        let exposed = kernel.map { ListenCheck.faults(of: configuration.listen, against: $0, file: file) } ?? []
        let faults = exposed + AccessCheck.faults(of: configuration.listen, under: configuration.http, file: file)
        guard faults.isEmpty else {
            Exit.complain(faults)
            throw Exit.configuration
        }
    }
}
