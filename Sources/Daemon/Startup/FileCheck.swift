package import Configuration
import Linux
import SelfConnect

/// Checks a configuration file as a start on this host would.
package enum FileCheck {
    /// What is not wrong in the file, but of no use on this host, as lines for the terminal in reading order.
    package static func warnings(of file: String) throws(ConfigurationError) -> [String] {
        let ports = try SettingsFile.read(file).configuration.guardedPorts
        guard let kernel = try? KernelSurvey().read() else { return [] }
        return ports.filter { ports in !ports.value.ports.contains { kernel.mayChoose($0) } }.map { ports in
            let text = "the guard of \(ports.value) is of no use: the kernel gives clients no port of it"
            return Located("warning: \(text)", at: ports.position).line(in: file)
        }
    }

    /// The faults of the file and of its listeners on this host, as lines for the terminal in reading order; empty if
    /// there are none.
    ///
    /// Whether a listen port is safe depends on the host; if the kernel facts cannot be read, this check is skipped.
    package static func faults(of file: String) throws(ConfigurationError) -> [String] {
        let reading = try SettingsFile.read(file)
        let settings = reading.configuration
        // Default addresses are ignored if the file has faults: the `listen` key may be misspelt.
        let listen = settings.listen.filter { reading.diagnostics.isEmpty || $0.position != nil }
        let kernel = try? KernelSurvey().read()
        var faults = kernel.map { ListenCheck.faults(of: listen, against: $0) } ?? []
        if reading.isAccessKnown { faults += AccessCheck.faults(of: listen, under: settings.http) }
        let placed = faults.compactMap { fault in fault.position.map { Diagnostic(fault.value, at: $0) } }
        let diagnostics = (reading.diagnostics + placed).sorted()
        let others = faults.filter { $0.position == nil }.map(\.value)
        return ConfigurationError(file: file, cause: .invalid(diagnostics)).lines + others
    }
}
