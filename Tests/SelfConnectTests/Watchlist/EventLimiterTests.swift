import SelfConnect
import Testing

/// How often changes of one target are reported.
@Suite struct EventLimiterTests {
    @Test(
        "A target that changes without end is reported at first, then at intervals, with the number of what was left out"
    )
    func flood() {
        var limiter = EventLimiter(burst: 3, interval: .seconds(10))
        var reported: [Event] = []
        var omitted = 0
        // A hundred changes a second for a minute.
        for number in 0..<6000 {
            let (events, left) = limiter.admit([event("\(number)")], at: .milliseconds(10 * number))
            reported += events
            omitted += left
            #expect(left >= 0, "a counter is made of it")
        }
        #expect(reported.count == 8 && reported.count + omitted == 5999, "the last one waits")
        #expect(reported[3].message.contains("1 change before this one") == false)
        #expect(reported[3].message.contains("changes before this one left out"))
    }

    @Test("The last change is reported although it came too early, once it is its turn") func last() {
        var limiter = EventLimiter(burst: 1, interval: .seconds(10))
        #expect(limiter.admit([event("a")], at: .zero).events.map(\.message) == ["a"])
        let early = limiter.admit([event("b"), event("c")], at: .seconds(1))
        #expect(early.events.isEmpty && early.omitted == 1, "c has taken the place of b")
        #expect(limiter.admit([], at: .seconds(9)).events.isEmpty)
        let due = limiter.admit([], at: .seconds(11))
        #expect(due.events.count == 1 && due.omitted == 0)
        #expect(due.events.first?.message.hasPrefix("c Since") == true)
        #expect(due.events.first?.message.contains("1 change before this one") == true)
        #expect(limiter.admit([], at: .seconds(60)).events.isEmpty, "once")
    }

    @Test("Targets, namespaces and kinds do not share the limit; what is about no change of a target has none")
    func separate() {
        var limiter = EventLimiter(burst: 1, interval: .seconds(10))
        var others = [event("a"), event("b"), event("c"), event("d", .drift), event("e", .drift)]
        others[1].endpoint = Endpoint(.loopback6, 40002)
        others[2].namespace = "blue"
        #expect(limiter.admit(others + [event("f", .guard)], at: .zero).events.count == 6)
        #expect(limiter.admit([event("g")], at: .zero).events.isEmpty)
        #expect(limiter.admit([event("h")], at: .zero).omitted == 1)
    }

    @Test("What was left out is counted once and permanently, and what is reported later is not") func counted() {
        var limiter = EventLimiter(burst: 1, interval: .seconds(10))
        var log = EventLog()
        var counts: [Int] = []
        for step in 0..<3 {
            let (events, omitted) = limiter.admit(step < 2 ? [event("a"), event("b")] : [], at: .seconds(6 * step))
            _ = log.append(events, besides: omitted)
            counts.append(log.omitted)
        }
        #expect(counts == [0, 2, 2], "it never decreases")
        #expect(log.total == 4 && log.events.count == 2)
    }

    @Test("A forgotten target leaves nothing behind; what waited of it is counted as left out") func forgotten() {
        var limiter = EventLimiter(burst: 1, interval: .seconds(10))
        _ = limiter.admit([event("a"), event("b")], at: .zero)
        limiter.forget([Target.ID(Endpoint(.loopback4, 40002))])
        let next = limiter.admit([event("c")], at: .seconds(1))
        #expect(next.events.map(\.message) == ["c"], "like a new one")
        #expect(next.omitted == 1)
        #expect(limiter.admit([], at: .seconds(60)) == ([], 0))
    }

    private func event(_ message: String, _ kind: Event.Kind = .verdict) -> Event {
        Event(
            kind, at: Timestamp(nanoseconds: 0), severity: .warning, message, target: "t",
            endpoint: Endpoint(.loopback4, 40002))
    }
}
