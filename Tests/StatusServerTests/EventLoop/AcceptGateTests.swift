import Testing

@testable import StatusServer

/// When connections are accepted.
@Suite struct AcceptGateTests {
    @Test func `The gate opens once, when the first pass has ended`() {
        var gate = AcceptGate(at: .seconds(10))
        #expect(!gate.isOpen && gate.isWaiting)
        let opens = [gate.firstPassEnded(), gate.firstPassEnded(), gate.advance(to: .seconds(60))]
        #expect(opens == [true, false, false])
        #expect(gate.isOpen && !gate.isWaiting)
    }

    @Test func `The gate opens after two seconds if the first pass takes longer`() {
        var gate = AcceptGate(at: .seconds(10))
        let opens = [11_999, 12_000, 60_000].map { gate.advance(to: .milliseconds($0)) }
        #expect(opens == [false, true, false])
        let opensAgain = gate.firstPassEnded()
        #expect(gate.isOpen && !opensAgain)
    }

    @Test func `After a failure the gate is closed for half a second, with one warning a minute`() {
        var gate = AcceptGate(at: .zero)
        _ = gate.firstPassEnded()
        let warns = gate.fail(at: .seconds(1))
        #expect(warns && !gate.isOpen && gate.isWaiting && gate.pauses == 1)
        let opens = [
            gate.firstPassEnded(), gate.advance(to: .milliseconds(1_499)), gate.advance(to: .milliseconds(1_500)),
        ]
        #expect(opens == [false, false, true], "a first pass that ends meanwhile does not open it")
        let warnings = [60, 61].map { gate.fail(at: .seconds($0)) }
        #expect(warnings == [false, true] && gate.pauses == 3)
    }

    @Test func `The gate stays closed after the daemon stops`() {
        var gate = AcceptGate(at: .zero)
        gate.shutDown()
        let changes = [gate.firstPassEnded(), gate.advance(to: .seconds(9)), gate.fail(at: .seconds(9))]
        #expect(changes == [false, false, false] && !gate.isOpen && !gate.isWaiting)
    }
}
