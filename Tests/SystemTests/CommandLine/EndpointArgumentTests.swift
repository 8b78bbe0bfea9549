import ArgumentParser
import SelfConnect
import Testing

@testable import selfconnectd

/// Arguments that name ports, endpoints and ranges of them.
@Suite struct EndpointArgumentTests {
    @Test(
        "A range without an address stands for both loopback addresses",
        arguments: ["50010-50011", ":50010-50011", "localhost:50010-50011"])
    func loopback(_ argument: String) throws {
        #expect(
            try EndpointArgument.endpoints([argument]).map(\.description)
                == ["127.0.0.1:50010", "127.0.0.1:50011", "[::1]:50010", "[::1]:50011"])
    }

    @Test("An endpoint that is named twice counts once, in the order of the arguments") func order() throws {
        let arguments = ["[::1]:50011", "127.0.0.1:50010-50011", "50011"]
        #expect(
            try EndpointArgument.endpoints(arguments).map(\.description)
                == ["[::1]:50011", "127.0.0.1:50010", "127.0.0.1:50011"])
    }

    @Test(
        "An invalid range is refused with the reason",
        arguments: [
            ("50199-50000", "the range 50199-50000 is empty: 50199 is above 50000"),
            ("50000-", "“” is not a port: write a number from 1 to 65535"),
            (":1-70000", "port 70000 is above 65535"),
            ("localhost:0-5", "port 0 is not valid: ports range from 1 to 65535"),
        ])
    func malformed(_ argument: String, _ message: String) {
        #expect(Self.fault(of: [argument]) == message)
    }

    @Test("At most 10,000 endpoints are named at a time") func limit() throws {
        #expect(try EndpointArgument.endpoints(["127.0.0.1:1-10000"]).count == 10_000)
        #expect(try EndpointArgument.endpoints(["1-5000"]).count == 10_000)
        for arguments in [["127.0.0.1:1-10000", "127.0.0.1:1"], ["127.0.0.1:1-10001"]] {
            #expect(Self.fault(of: arguments) == "10001 endpoints are named: name at most 10000 at a time")
        }
        #expect(Self.fault(of: ["1-65535"]) == "131070 endpoints are named: name at most 10000 at a time")
    }

    /// The message for arguments that are rejected; nil if they are not.
    private static func fault(of arguments: [String]) -> String? {
        do {
            _ = try EndpointArgument.endpoints(arguments)
            return nil
        } catch {
            return (error as? ValidationError)?.message
        }
    }
}
