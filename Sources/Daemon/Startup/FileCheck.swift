package import Configuration
import Linux
import SelfConnect

/// Checks a configuration file as a start on this host would.
package enum FileCheck {
    /// What a check found, as lines for the terminal in reading order.
    package struct Report {
        /// The faults of the file and of its listeners on this host; empty if there are none.
        package let faults: [String]
        /// Settings that are valid, but of no use on this host.
        package let warnings: [String]
    }

    /// Checks a file, which is read once.
    ///
    /// Whether a listen port is safe depends on the host; if the kernel facts cannot be read, this check is skipped.
    package static func report(on file: String) throws(ConfigurationError) -> Report {
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
        return Report(
            faults: ConfigurationError(file: file, cause: .invalid(diagnostics)).lines + others,
            warnings: missing(settings.http, in: file)
                + (kernel.map { uselessGuards(settings.guardedPorts, on: $0, in: file) } ?? []))
    }

    /// What the daemon needs and this process cannot read or find. Only warnings: the file may be checked on another host, or
    /// by a user with fewer rights.
    private static func missing(_ http: Configuration.HTTP, in file: String) -> [String] {
        var warnings: [Located<String>] = []
        if let token = http.token, case .file(let path) = token.value {
            do throws(ParseError) {
                _ = try TokenFile.token(in: path)
            } catch {
                warnings.append(Located("warning: \(error.message)", at: token.position))
            }
        }
        if let group = http.unixSocket.group, (try? GroupDatabase.group(named: group.value)) == .some(nil) {
            warnings.append(Located("warning: \(ListenerBinder.noGroup(group.value))", at: group.position))
        }
        return warnings.map { $0.line(in: file) }
    }

    private static func uselessGuards(
        _ ports: [Located<PortRange>], on kernel: KernelFacts, in file: String
    ) -> [String] {
        ports.filter { ports in !ports.value.ports.contains { kernel.mayChoose($0) } }.map { ports in
            let text = "the guard of \(ports.value) is of no use: the kernel gives clients no port of it"
            return Located("warning: \(text)", at: ports.position).line(in: file)
        }
    }
}
