import SelfConnect

/// The command that shows whether clients can connect to themselves on some endpoints.
enum ProbeCommand {
    /// How many ranges of endpoints it names; of more it is shown with a placeholder.
    private static let maximumRanges = 8

    /// The command, for a namespace as `NamespaceName` spells it.
    static func text(of endpoints: some Sequence<Endpoint>, in namespace: String?, options: [String] = []) -> String {
        let place = namespace.map { ["--namespace", ShellWord.quoted($0.printable)] } ?? []
        let ranges = EndpointRange.ranges(of: endpoints)
        let words = ranges.count > maximumRanges ? ["ENDPOINT ..."] : ranges.map { ShellWord.quoted("\($0)") }
        return ([Version.name, "probe"] + place + options + words).joined(separator: " ")
    }
}
