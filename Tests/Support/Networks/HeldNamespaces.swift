// Many network namespaces at little cost: nothing but descriptors of the calling thread keeps them, and a folder of links
// to these stands for /run/netns.

import Glibc
import Linux

/// Network namespaces that exist as long as this value, or until they are closed; on the thread that made it only.
package struct HeldNamespaces: ~Copyable {
    /// Where each has a link of its name.
    package var path: String { folder.path }

    private let folder: TemporaryFolder
    private var descriptors: [String: Int32] = [:]

    /// None yet.
    package init() throws {
        folder = try TemporaryFolder()
    }

    deinit { for descriptor in descriptors.values { Glibc.close(descriptor) } }

    /// Makes a namespace and runs `body` in it; loopback is up.
    package mutating func make<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        let home = try NetworkNamespace.current()
        _ = try PrivateNamespace()
        let descriptor = try Descriptor.open(reading: "/proc/thread-self/ns/net").release()
        descriptors[name] = descriptor
        let outcome = Swift.Result {
            guard symlink("/proc/thread-self/fd/\(descriptor)", "\(path)/\(name)") == 0 else {
                throw SystemCallError("symlink", name, code: errno)
            }
            return try body()
        }
        try home.enter()
        return try outcome.get()
    }

    /// Runs `body` in a namespace.
    package func inside<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        let home = try NetworkNamespace.current()
        try NetworkNamespace.open("\(path)/\(name)").enter()
        let outcome = Swift.Result { try body() }
        try home.enter()
        return try outcome.get()
    }

    /// Lets go of a namespace: it is gone unless something else keeps it.
    package mutating func close(_ name: String) {
        unlink("\(path)/\(name)")
        if let descriptor = descriptors.removeValue(forKey: name) { Glibc.close(descriptor) }
    }
}
