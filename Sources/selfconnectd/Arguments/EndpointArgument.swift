import ArgumentParser
import SelfConnect

/// Arguments that name ports or endpoints, or ranges of them.
enum EndpointArgument {
    /// Maximum number of endpoints of one command.
    static let limit = 10_000

    /// What they stand for, each endpoint once, with IPv4-mapped addresses converted to IPv4.
    static func endpoints(_ arguments: [String]) throws -> [Endpoint] {
        let ranges = try arguments.flatMap { try self.ranges($0) }
        try checkCount(of: ranges)
        return EndpointRange.endpoints(of: ranges)
    }

    /// Rejects too many endpoints.
    static func checkCount(of ranges: [EndpointRange]) throws {
        let count = ranges.reduce(0) { $0 + $1.ports.count }
        guard count <= limit else {
            throw ValidationError("\(count) endpoints are named: name at most \(limit) at a time")
        }
    }

    /// What one stands for: `50051`, `:50051` and `localhost:50051` for both loopback addresses. Each port may be a range,
    /// such as `50000-50199`.
    static func ranges(_ argument: String) throws -> [EndpointRange] {
        do throws(ParseError) {
            guard let text = portsOfLoopback(argument) else { return [try EndpointRange(argument)] }
            let ports = try PortRange(text)
            return [EndpointRange(.loopback4, ports), EndpointRange(.loopback6, ports)]
        } catch {
            throw ValidationError(error.message)
        }
    }

    /// Whether the argument stands for both loopback addresses without naming one.
    static func isOfLoopback(_ argument: String) -> Bool { portsOfLoopback(argument) != nil }

    /// A port or a range of ports.
    static func ports(_ text: Substring) throws -> PortRange {
        do throws(ParseError) {
            return try PortRange(text)
        } catch {
            throw ValidationError(error.message)
        }
    }

    /// The ports, if no other address is named.
    private static func portsOfLoopback(_ argument: String) -> Substring? {
        for prefix in ["localhost:", ":"] where argument.hasPrefix(prefix) { return argument.dropFirst(prefix.count) }
        let arePorts = argument.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
        }
        return arePorts ? argument[...] : nil
    }
}
