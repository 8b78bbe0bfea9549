package import SelfConnect
import Synchronization

/// What holds for all targets of a namespace at one moment: the kernel's facts and everybody's sockets.
package struct NamespaceState: Sendable {
    /// The kernel's facts.
    package let kernel: KernelFacts
    /// The sockets of the namespace.
    package let sockets: SocketTable
    private let atConnect: BlockedPorts
    private let choices = Choices()

    /// Of how many addresses the choice is kept; a host rarely has more.
    private static let limit = 256

    /// A moment as given.
    package init(kernel: KernelFacts, sockets: SocketTable) {
        self.kernel = kernel
        self.sockets = sockets
        atConnect = BlockedPorts(
            sockets.boundPorts.union(kernel.reservedPorts), in: kernel.ephemeralRange, stepWidth: kernel.stepWidth)
    }

    /// What decides which ports clients of `address` are given: found out for its first target, and kept.
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
