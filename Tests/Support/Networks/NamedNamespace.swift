// Named network namespaces, as created by ip-netns(8) and named in a configuration.

import Linux

/// A namespace under /run/netns with a unique name; deleted with this value.
package struct NamedNamespace: ~Copyable, Sendable {
    /// Its name.
    package let name: String

    /// A new one, in which loopback is up.
    package init() throws {
        name = "selfconnectd-\(UInt32.random(in: 0 ... .max))"
        try make()
    }

    deinit { _ = try? Program.run("ip", ["netns", "del", name]) }

    /// Its file.
    package var path: String { "/run/netns/\(name)" }

    /// Deletes it; it is destroyed at once unless something holds it.
    package func delete() throws {
        try Self.run("ip", "netns", "del", name)
    }

    /// Creates it, or another one with the same name after it was deleted.
    package func make() throws {
        try Self.run("ip", "netns", "add", name)
        try run("ip", "link", "set", "lo", "up")
    }

    /// Runs a program in it.
    @discardableResult
    package func run(_ arguments: String...) throws -> String {
        try Self.run(["ip", "netns", "exec", name] + arguments)
    }

    /// Runs a program that must succeed; returns its stdout.
    @discardableResult
    package static func run(_ arguments: String...) throws -> String { try run(arguments) }

    private static func run(_ arguments: [String]) throws -> String {
        let outcome = try Program.run(arguments[0], Array(arguments.dropFirst()))
        guard outcome.end == .exited(0) else {
            throw SystemCallError("run", "\(arguments): \(outcome.errors)", code: 0)
        }
        return outcome.output
    }
}
