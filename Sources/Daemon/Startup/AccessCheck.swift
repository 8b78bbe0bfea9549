// What the daemon tells is of use to an attacker on the network: which ports of a host can be taken. So whoever listens
// to more than this host gives a token, or says aloud that everybody may ask.

package import Configuration
import Linux
import SelfConnect

/// Checks who can reach the listeners against who may ask.
package enum AccessCheck {
    /// The faults, each at its address; empty if all is well.
    package static func faults(
        of addresses: [Located<ListenAddress>], under http: Configuration.HTTP
    ) -> [Located<String>] {
        guard http.token == nil, !http.isOpen else { return [] }
        return addresses.compactMap { address in
            guard case .tcp(let endpoint) = address.value, !endpoint.address.isLoopback else { return nil }
            return Located(
                "\(endpoint) can be reached from other hosts: set a bearer token with http.token-file, or allow everyone"
                    + " with http.open: true", at: address.position)
        }
    }
}

extension Located {
    /// `FILE:LINE:COLUMN: ` where both are known, else nothing.
    func prefix(_ file: String?) -> String {
        guard let file, let position else { return "" }
        return "\(file):\(position): "
    }
}

extension Located<String> {
    /// A fault as a line for the terminal.
    ///
    /// - Parameter file: what the configuration file is called, for what stands in it.
    func line(in file: String?) -> String { prefix(file) + value }
}
