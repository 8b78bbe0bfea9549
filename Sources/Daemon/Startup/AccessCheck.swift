// The daemon's data is useful to an attacker on the network: it shows which ports of a host can be taken. So a listener
// that other hosts can reach requires a token or an explicit `http.open: true`.

package import Configuration
import Linux
import SelfConnect

/// Checks that listeners reachable from other hosts have access rules.
package enum AccessCheck {
    /// The faults with their addresses; empty if there are none.
    package static func faults(
        of addresses: [Located<ListenAddress>], under http: Configuration.HTTP
    ) -> [Located<String>] {
        guard http.token == nil, !http.isOpen else { return [] }
        return addresses.compactMap { address in
            guard case .tcp(let endpoint) = address.value, !endpoint.address.isLoopback else { return nil }
            return Located(
                "\(endpoint) can be reached from other hosts: set a bearer token with http.token-file, or allow"
                    + " unauthenticated access with http.open: true", at: address.position)
        }
    }
}

extension Located {
    /// `FILE:LINE:COLUMN: ` if both are known, otherwise empty.
    func prefix(_ file: String?) -> String {
        guard let file, let position else { return "" }
        return "\(file):\(position): "
    }
}

extension Located<String> {
    /// A fault as a line for the terminal.
    ///
    /// - Parameter file: the name of the configuration file, used if the fault has a position.
    func line(in file: String?) -> String { prefix(file) + value }
}
