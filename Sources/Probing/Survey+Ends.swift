package import Linux
package import SelfConnect

extension Survey {
    /// Timeout for the answer of a service, which is usually on this host.
    private static let answerTime = Duration.milliseconds(10)

    /// Whether an ended connection with equal names was a self-connection, although its counters do not prove it. If NAT redirects
    /// connections to a service, the service answers a SYN. The answer of a listener of this host means nothing: the listener
    /// is younger than the connection, because the kernel did not give its port to the connection. Nil if there is no answer.
    package mutating func wasSelfConnection(_ event: DestroyEvent) throws(SystemCallError) -> Bool? {
        switch try ServiceCheck.answer(of: event.local, within: Self.answerTime) {
        case .refused: true
        case .answered: try freshHolders(of: event.local).contains { $0.isServer && $0.conflicts }
        case .unknown: nil
        }
    }
}
