// The daemon must not be a victim of what it watches for: on a port inside the ephemeral range, a client of the daemon
// that reconnects while it is down could take its place.

public import SelfConnect
public import Settings

/// Checks where the daemon listens against the kernel's facts.
public enum ListenCheck {
    /// The faults, as lines for the terminal; empty if all is well.
    ///
    /// - Parameter file: what the configuration file is called, for addresses that stand in it.
    public static func faults(
        of addresses: [Located<ListenAddress>], against kernel: KernelFacts, file: String?
    ) -> [String] {
        addresses.compactMap { address in
            guard case .tcp(let endpoint) = address.value, kernel.mayChoose(endpoint.port) else { return nil }
            let remedy = Remedy.line(reserving: PortSet(ports: [endpoint.port]), besides: kernel.reservedPorts)
            return address.prefix(file)
                + "port \(endpoint.port) lies inside the ephemeral range \(kernel.ephemeralRange): listen on a"
                + " port outside of it, or reserve it (\(remedy))"
        }
    }
}
