import SelfConnect
import Testing

/// What is remembered of a listener after it has gone.
@Suite struct ListenerMemoryTests {
    private static func evidence(_ state: Holder.State?, after previous: Evidence? = nil) -> Evidence {
        var evidence = Scenario { if let state { $0.isHeld(state, on: "127.0.0.1") } }.evidence
        evidence.memory = ListenerMemory(after: previous)
        return evidence
    }

    @Test("A listener is remembered from the next survey on, however many follow") func hadListener() {
        let listening = Self.evidence(.listening)
        let gone = Self.evidence(nil, after: listening)
        #expect(!listening.memory.hadListener && gone.memory.hadListener)
        #expect(ListenerMemory(after: gone).hadListener)
        #expect(!ListenerMemory(after: Self.evidence(.source)).hadListener && !ListenerMemory().hadListener)
    }

    @Test("The options of the last listener that were seen are kept until others are seen") func reusesAddress() {
        var evidence = Self.evidence(.listening)
        evidence.sockets.holders[0].reusesAddress = true
        evidence.memory.record(evidence.holders)
        #expect(evidence.memory.reusesAddress == true)
        evidence.memory.record([])
        evidence.memory.record(Self.evidence(.listening).holders)
        #expect(ListenerMemory(after: evidence).reusesAddress == true, "not known is not another answer")
        evidence.sockets.holders[0].reusesAddress = false
        evidence.memory.record(evidence.holders)
        #expect(ListenerMemory(after: evidence).reusesAddress == false)
    }
}
