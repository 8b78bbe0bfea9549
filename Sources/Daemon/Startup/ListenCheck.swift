// The daemon must not be a victim of what it watches for: on a port inside the ephemeral range, a client of the daemon
// that reconnects while it is down could take its place.

package import Configuration
package import SelfConnect

/// Checks where the daemon listens against the kernel's facts.
package enum ListenCheck {
    /// The faults, each at its address; empty if all is well.
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
