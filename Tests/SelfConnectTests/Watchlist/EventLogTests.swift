import SelfConnect
import Testing

@Suite struct EventLogTests {
    private static func events(_ count: Int, byLocalUser: Bool, _ severity: Severity = .critical) -> [Event] {
        (0..<count).map { index in
            var event = Event(.verdict, at: Timestamp(nanoseconds: 0), severity: severity, "\(index)")
            event.isByLocalUser = byLocalUser
            return event
        }
    }

    @Test("Events that local users cause never displace events of configured targets") func storm() {
        var log = EventLog()
        for _ in 0..<100 {
            let pass = Self.events(2000, byLocalUser: true) + Self.events(2, byLocalUser: false, .warning)
            let (kept, omitted) = log.append(pass)
            #expect(kept.count { !$0.isByLocalUser } == 2)
            #expect(kept.count == 66 && omitted == 1936)
        }
        #expect(log.events.count == 512)
        #expect(log.events.count { !$0.isByLocalUser } == 200)
        #expect(log.total == 200_200)
    }

    @Test("Each kind of event may use the capacity that the other leaves") func room() {
        var log = EventLog(capacity: 10, burst: 100)
        _ = log.append(Self.events(12, byLocalUser: true))
        #expect(log.events.map(\.message) == (2..<12).map(String.init))
        _ = log.append(Self.events(7, byLocalUser: false))
        #expect(log.events.count { $0.isByLocalUser } == 3)
        #expect(log.events.filter { !$0.isByLocalUser }.map(\.message) == (0..<7).map(String.init))
    }
}
