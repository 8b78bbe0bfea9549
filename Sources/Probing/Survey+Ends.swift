package import Linux
package import SelfConnect

extension Survey {
    /// How long a service may take to answer, which is on this host for the most part.
    private static let answerTime = Duration.milliseconds(10)

    /// Whether a connection with equal names that has ended was one to itself, although its counters do not prove it: where NAT
    /// leads connections of the endpoint to a service, the service answers a SYN. A listener that has come since then says
    /// nothing: the kernel gave the connection its port while there was none.
    package mutating func wasSelfConnection(_ event: DestroyEvent) throws(SystemCallError) -> Bool {
        switch try ServiceCheck.ask(event.local, within: Self.answerTime) {
        case .refused: true
        case .answered: try freshHolders(of: event.local).contains { $0.isServer && $0.conflicts }
        case .unknown: false
        }
    }
}
