// The daemon must not have the problem that it detects: on a port inside the ephemeral range, a client that reconnects
// while the daemon is down could take its port.

package import Configuration
package import SelfConnect

/// Checks the listen addresses against the kernel facts.
package enum ListenCheck {
    /// The faults with their addresses; empty if there are none.
    package static func faults(
        of addresses: [Located<ListenAddress>], against kernel: KernelFacts
    ) -> [Located<String>] {
        addresses.compactMap { address in
            guard case .tcp(let endpoint) = address.value, kernel.mayChoose(endpoint.port) else { return nil }
            let remedy = LastingRemedy(reserving: PortSet(ports: [endpoint.port]), on: kernel)
            let line = remedy.shownLine.map { ", or reserve it (\($0))" } ?? ""
            return Located(
                "port \(endpoint.port) lies inside the ephemeral range \(kernel.ephemeralRange): listen on a port outside"
                    + " of it\(line)", at: address.position)
        }
    }
}
