import ArgumentParser
import SelfConnect

/// Arguments that name ports or endpoints.
enum EndpointArgument {
    /// What they stand for, with IPv4-mapped addresses converted to IPv4.
    static func endpoints(_ arguments: [String]) throws -> [Endpoint] {
        try arguments.flatMap { try endpoints($0) }.map(\.unmapped)
    }

    /// What one stands for: `50051`, `:50051` and `localhost:50051` for both loopback addresses.
    static func endpoints(_ argument: String) throws -> [Endpoint] {
        do throws(ParseError) {
            guard let text = portOfLoopback(argument) else { return [try Endpoint(argument)] }
            let port = try Port.parse(text)
            return [Endpoint(.loopback4, port), Endpoint(.loopback6, port)]
        } catch {
            throw ValidationError(error.message)
        }
    }

    /// A port.
    static func port(_ text: Substring) throws -> UInt16 {
        do throws(ParseError) {
            return try Port.parse(text)
        } catch {
            throw ValidationError(error.message)
        }
    }

    /// The port, if no other address is named.
    private static func portOfLoopback(_ argument: String) -> Substring? {
        for prefix in ["localhost:", ":"] where argument.hasPrefix(prefix) { return argument.dropFirst(prefix.count) }
        let isPort = argument.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isPort ? argument[...] : nil
    }
}
