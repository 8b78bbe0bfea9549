import ArgumentParser
import Linux
import Probing
import Reporting
import SelfConnect

/// `--namespace` of `probe` and `map`, and with others of `scan` and `advise`.
struct NamespaceOption: ParsableArguments {
    @Option(
        name: .customLong("namespace"),
        help:
            "Work in this network namespace: a name under /run/netns, a path, or a name that scan --all-namespaces shows."
    )
    var name: String?

    /// Moves the calling thread, and so the whole command, into the namespace.
    func enter() throws {
        guard let parsed = try parsed() else { return }
        do throws(SystemCallError) {
            try HostNamespaces.open(parsed).enter()
        } catch {
            CommandFault.print([
                "the network namespace \(parsed) cannot be entered: \(error)\(error.namespaceHint)"
            ])
            throw Exit.inconclusive
        }
    }

    /// The name as configurations spell it.
    func parsed() throws -> String? {
        guard let name else { return nil }
        do throws(ParseError) {
            return try NamespaceName.parse(name)
        } catch {
            throw ValidationError("--namespace: \(error.message)")
        }
    }
}

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
