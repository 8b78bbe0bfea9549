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
