import ArgumentParser
import SelfConnect

/// Arguments that name ports or endpoints.
enum EndpointArgument {
    /// What they stand for: a port alone for both loopback addresses.
    static func endpoints(_ arguments: [String]) throws -> [Endpoint] {
        var endpoints: [Endpoint] = []
        for text in arguments {
            do throws(ParseError) {
                if text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
                    let port = try PortRange(text).first
                    endpoints += [Endpoint(.loopback4, port), Endpoint(.loopback6, port)]
                } else {
                    endpoints.append(try Endpoint(text).unmapped)
                }
            } catch {
                throw ValidationError(error.message)
            }
        }
        return endpoints
    }
}
