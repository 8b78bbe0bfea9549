import ArgumentParser
import Linux
import SelfConnect

/// An argument of `probe`: a port, an endpoint, or the name of a host with a port.
struct ProbeArgument {
    /// The text, without the port where it is a name.
    let name: String
    /// What it stands for.
    let endpoints: [Endpoint]
    /// Whether addresses of other hosts are left out: a name has several, and not all need to be those of this host.
    let isName: Bool

    /// Parses an argument. Looks names up in the network namespace of the caller, which may block (`NameLookup`).
    init(_ text: String) throws {
        do {
            endpoints = try EndpointArgument.endpoints(text)
            (name, isName) = (text, false)
        } catch let error as ValidationError {
            guard let (host, port) = try Self.hostAndPort(text) else { throw error }
            endpoints = try Self.addresses(of: host).map { Endpoint($0, port) }
            (name, isName) = (host.description, true)
        }
    }

    private static func hostAndPort(_ text: String) throws -> (HostName, UInt16)? {
        guard let colon = text.lastIndex(of: ":"), let host = HostName(text[..<colon]) else { return nil }
        return (host, try EndpointArgument.port(text[text.index(after: colon)...]))
    }

    private static func addresses(of host: HostName) throws -> [IPAddress] {
        do throws(ParseError) {
            return try NameLookup.addresses(of: host)
        } catch {
            throw ValidationError("“\(host)” is not an IP address, and cannot be looked up: \(error.message)")
        }
    }
}
