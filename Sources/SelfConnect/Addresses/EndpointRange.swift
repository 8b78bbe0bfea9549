/// An IP address and consecutive TCP ports, as arguments of commands name them.
package struct EndpointRange: Hashable, Sendable {
    /// The address.
    package let address: IPAddress
    /// The ports.
    package let ports: PortRange

    /// The endpoints of this address with these ports.
    package init(_ address: IPAddress, _ ports: PortRange) {
        self.address = address
        self.ports = ports
    }

    /// Parses `127.0.0.1:50000-50199`, `[::1]:50000-50199`, or a single endpoint.
    package init(_ text: some StringProtocol) throws(ParseError) {
        let (address, ports) = try Endpoint.parts(of: text)
        self.init(address, try PortRange(ports))
    }

    /// The endpoints of all ranges in their order, each once, with IPv4-mapped addresses converted to IPv4.
    package static func endpoints(of ranges: some Sequence<EndpointRange>) -> [Endpoint] {
        var known = Set<Endpoint>()
        return ranges.flatMap { range in range.ports.ports.lazy.map { Endpoint(range.address, $0).unmapped } }
            .filter { known.insert($0).inserted }
    }

    /// The fewest ranges that have these endpoints and no others, by address and port.
    package static func ranges(of endpoints: some Sequence<Endpoint>) -> [EndpointRange] {
        Dictionary(grouping: endpoints, by: \.address).sorted { $0.key < $1.key }.flatMap { address, endpoints in
            PortSet(ports: endpoints.map(\.port)).ranges.map { EndpointRange(address, $0) }
        }
    }
}

extension EndpointRange: CustomStringConvertible {
    /// `127.0.0.1:50000-50199`, or `127.0.0.1:50010` for a single port.
    package var description: String { Endpoint.text(address, "\(ports)") }
}
