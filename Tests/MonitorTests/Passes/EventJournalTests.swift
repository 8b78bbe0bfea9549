import SelfConnect
import Testing

@testable import Monitor

@Suite struct EventJournalTests {
    @Test func `An event of a target that is not watched any more does not wait to be reported`() {
        var journal = EventJournal()
        let target = Target(name: "web", endpoint: Endpoint(.loopback4, 40002))
        let event = Event(.verdict, at: Timestamp(nanoseconds: 0), severity: .notice, "a", endpoint: target.endpoint)
        journal.note(Array(repeating: event, count: 1000))
        journal.endStep(at: .zero)
        #expect(journal.takeUnlogged().events.count == 16 && journal.log.omitted == 983, "the last one waits")

        journal.forget([target])
        journal.endStep(at: .seconds(3600))
        #expect(journal.takeUnlogged().events.isEmpty && journal.log.omitted == 984)
    }
}
