import Linux
import Probing
import Reporting

/// How a command ends that the kernel or the network has refused something.
enum CommandFault {
    /// Runs `body`; what it throws is printed, and ends the command with `Exit.fault`.
    static func reporting<Value>(_ body: () throws(SystemCallError) -> Value) throws -> Value {
        do throws(SystemCallError) {
            return try body()
        } catch {
            print(["\(error)\(hint(error))"])
            throw Exit.fault
        }
    }

    /// Prints lines to stderr, with the program's name before each.
    static func print(_ lines: [String]) {
        Exit.printErrors(lines.map { "\(Version.name): \($0)" })
    }

    private static func hint(_ error: SystemCallError) -> String {
        switch error.operation {
        case "clone CLONE_NEWUSER", "unshare CLONE_NEWNET":
            ": this host forbids private namespaces (see user.max_user_namespaces); rehearse as root"
        default: ""
        }
    }
}

extension SystemCallError {
    /// A line about a network namespace in which this happened.
    func fault(in namespace: String) -> String {
        "the network namespace \(namespace) cannot be examined: \(self)\(namespaceHint)"
    }
}
