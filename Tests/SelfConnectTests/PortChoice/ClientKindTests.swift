import SelfConnect
import Testing

/// The kinds of clients.
@Suite struct ClientKindTests {
    @Test("Client kinds are sorted in the order of the contract") func order() {
        #expect(ClientKind.allCases.reversed().sorted().map(\.rawValue) == ["connect", "bind", "bind-late", "range"])
        #expect(ClientKind.allCases.allSatisfy { !($0 < $0) })
    }

    @Test("Client kinds that bind choose their source address") func binding() {
        #expect(ClientKind.allCases.filter(\.bindsAddress) == [.bind, .bindLate])
    }

    @Test("Each client kind has its socket option, and the ports that the kernel gives first") func options() {
        #expect(ClientKind.allCases.filter(\.defersPort) == [.bindLate])
        #expect(ClientKind.allCases.filter(\.setsPortRange) == [.range])
        #expect(
            ClientKind.allCases.map(\.preference) == [.lowerBoundParity, .otherParity, .lowerBoundParity, .none])
    }
}
