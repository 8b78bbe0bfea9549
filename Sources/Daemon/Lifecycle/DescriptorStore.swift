import Linux
import Monitor
import SelfConnect
import Systemd

/// The descriptor store of the service manager, in which guards outlive a restart and a crash of the daemon
/// (`FileDescriptorStoreMax=`, systemd.service(5)).
struct DescriptorStore: GuardStore {
    let manager: ServiceNotifier

    /// How the names of guards begin, so that the next start distinguishes them from sockets to listen on.
    private static let prefix = "guard-"

    func keep(_ socket: GuardSocket) -> Bool {
        manager.notify(.storeDescriptor(name: Self.name(of: socket.endpoint)), with: socket.number)
    }

    func drop(_ endpoint: Endpoint) -> Bool {
        manager.notify(.removeDescriptor(name: Self.name(of: endpoint)), with: nil)
    }

    /// Takes over passed sockets with the name of a guard; those that are none are closed.
    static func guards(_ passed: [PassedSocket]) -> [GuardSocket] {
        passed.compactMap { try? GuardSocket(inherited: Descriptor(owning: $0.descriptor), name: $0.name) }
    }

    static func isGuard(_ socket: PassedSocket) -> Bool { socket.name.hasPrefix(prefix) }

    /// A name has no colon (sd_pid_notify_with_fds(3)).
    private static func name(of endpoint: Endpoint) -> String {
        prefix + "\(endpoint)".split(separator: ":", omittingEmptySubsequences: false).joined(separator: "_")
    }
}
