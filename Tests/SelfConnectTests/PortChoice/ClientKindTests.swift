import SelfConnect
import Testing

/// The kinds of clients.
@Suite struct ClientKindTests {
    @Test("Kinds sort in the order of the contract, whatever order they come in") func order() {
        #expect(ClientKind.allCases.reversed().sorted().map(\.rawValue) == ["connect", "bind", "bind-late", "range"])
    }

    @Test("Those that bind name their source address") func binding() {
        #expect(ClientKind.allCases.filter(\.bindsAddress) == [.bind, .bindLate])
    }
}
