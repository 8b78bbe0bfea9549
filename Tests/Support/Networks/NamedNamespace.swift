// Network namespaces with a name, as ip-netns(8) makes them and as a configuration names them.

import Linux

/// A namespace under /run/netns with a name that nobody else uses; deleted with this value.
public struct NamedNamespace: ~Copyable, Sendable {
    /// Its name.
    public let name: String

    /// A new one; loopback is up in it.
    public init() throws {
        name = "selfconnectd-\(UInt32.random(in: 0 ... .max))"
        try make()
    }

    deinit { _ = try? Program.run("ip", ["netns", "del", name]) }

    /// The file that stands for it.
    public var path: String { "/run/netns/\(name)" }

    /// Deletes it, so that it is gone at once if nothing keeps it.
    public func delete() throws {
        try Self.run("ip", "netns", "del", name)
    }

    /// Makes it, or another of the same name after it was deleted.
    public func make() throws {
        try Self.run("ip", "netns", "add", name)
        try run("ip", "link", "set", "lo", "up")
    }

    /// Runs a program in it.
    @discardableResult
    public func run(_ arguments: String...) throws -> String {
        try Self.run(["ip", "netns", "exec", name] + arguments)
    }

    /// Runs a program that must succeed; what it wrote to stdout.
    @discardableResult
    public static func run(_ arguments: String...) throws -> String { try run(arguments) }

    private static func run(_ arguments: [String]) throws -> String {
        let outcome = try Program.run(arguments[0], Array(arguments.dropFirst()))
        guard outcome.end == .exited(0) else {
            throw SystemCallError("run", "\(arguments): \(outcome.errors)", code: 0)
        }
        return outcome.output
    }
}
