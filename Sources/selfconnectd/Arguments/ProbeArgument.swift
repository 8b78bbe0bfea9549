import ArgumentParser
import Linux
import SelfConnect

/// An argument of `probe`: ports, an address with ports, or the name of a host with ports.
struct ProbeArgument {
    /// The text, without the ports where it is a name.
    let name: String
    /// What it stands for.
    let ranges: [EndpointRange]
    /// Whether addresses of other hosts are left out: a name and a mere port stand for several addresses, and not all need to
    /// be those of this host.
    let isName: Bool

    /// Parses an argument. Looks names up in the network namespace of the caller, which may block (`NameLookup`).
    init(_ text: String) throws {
        do {
            ranges = try EndpointArgument.ranges(text)
            // A host without IPv6 has no ::1, which the argument does not name.
            isName = EndpointArgument.isOfLoopback(text)
            name = isName ? "localhost" : text
        } catch let error as ValidationError {
            guard let (host, ports) = try Self.hostAndPorts(text) else { throw error }
            ranges = try Self.addresses(of: host).map { EndpointRange($0, ports) }
            (name, isName) = (host.description, true)
        }
    }

    private static func hostAndPorts(_ text: String) throws -> (HostName, PortRange)? {
        guard let colon = text.lastIndex(of: ":"), let host = HostName(text[..<colon]) else { return nil }
        return (host, try EndpointArgument.ports(text[text.index(after: colon)...]))
    }

    private static func addresses(of host: HostName) throws -> [IPAddress] {
        do throws(ParseError) {
            return try NameLookup.addresses(of: host)
        } catch {
            throw ValidationError("“\(host)” is not an IP address, and cannot be looked up: \(error.message)")
        }
    }
}
