package import SelfConnect
import Synchronization

/// The state that all targets of a namespace share at one moment: the kernel facts and all sockets.
package struct NamespaceState: Sendable {
    /// The kernel facts.
    package let kernel: KernelFacts
    /// The sockets of the namespace.
    package let sockets: SocketTable
    /// When it was read, in terms of `Clock.monotonic`.
    package let readAt: Duration
    private let atConnect: BlockedPorts
    private let choices = Choices()

    /// Maximum number of addresses whose choice is cached; a host rarely has more.
    private static let limit = 256

    /// Memberwise initializer.
    package init(kernel: KernelFacts, sockets: SocketTable, readAt: Duration) {
        self.kernel = kernel
        self.readAt = readAt
        self.sockets = sockets
        atConnect = BlockedPorts(
            sockets.boundPorts.union(kernel.reservedPorts), in: kernel.ephemeralRange, stepWidth: kernel.stepWidth)
    }

    /// What determines the ports that clients of `address` get: computed for the first target of the address, then
    /// cached.
    package func choice(for address: IPAddress) -> PortChoice {
        choices.known.withLock { known in
            if let choice = known[address] { return choice }
            let inUse = sockets.ports(inUseOn: address).union(kernel.reservedPorts)
            let choice = PortChoice(
                atConnect: atConnect, atBind: BlockedPorts(inUse, in: kernel.ephemeralRange),
                rangeWalksBothParities: kernel.rangeWalksBothParities ?? true)
            if known.count < Self.limit { known[address] = choice }
            return choice
        }
    }

    private final class Choices: Sendable {
        let known = Mutex<[IPAddress: PortChoice]>([:])
    }
}
