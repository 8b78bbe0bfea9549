import ArgumentParser
import SelfConnect

/// `--namespace` and `--all-namespaces` of `scan` and `advise`.
struct NamespacesOption: ParsableArguments {
    @OptionGroup var one: NamespaceOption

    @Flag(help: "Examine every network namespace of the host.")
    var allNamespaces = false

    func validate() throws {
        guard !allNamespaces || one.name == nil else {
            throw ValidationError("--namespace and --all-namespaces cannot be combined")
        }
    }

    /// The namespaces that are asked for.
    func selection() throws -> NamespaceSelection {
        if allNamespaces { return .all }
        return try one.parsed().map(NamespaceSelection.one) ?? .configured
    }
}
