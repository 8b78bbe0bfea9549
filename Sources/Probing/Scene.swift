public import SelfConnect

/// What holds for all targets of a namespace at one moment: the kernel's facts and everybody's sockets.
public struct Scene: Sendable {
    /// The kernel's facts.
    public let kernel: KernelFacts
    /// The sockets of the namespace.
    public let sockets: SocketTable
    /// Ports of the range that the kernel's choice passes over: reserved and bound ones.
    public let passedOver: PortSet

    /// A moment as given.
    public init(kernel: KernelFacts, sockets: SocketTable) {
        self.kernel = kernel
        self.sockets = sockets
        passedOver = sockets.boundPorts.union(kernel.reservedPorts).intersection(kernel.ephemeralRange)
    }
}
