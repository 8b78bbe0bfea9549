import SelfConnect
import Testing

/// Due times.
@Suite struct ScheduleTests {
    @Test("An item stays due until it is finished, and is due again one interval after it was due") func finishing() {
        var schedule = Schedule([0, 1, 2], every: .seconds(30), from: .seconds(100), spread: .seconds(3))
        #expect(schedule.due(at: .seconds(101)) == [0, 1] && schedule.due(at: .seconds(101)) == [0, 1])
        schedule.finish(0, at: .seconds(101))
        schedule.finish(2, at: .seconds(101))
        #expect(schedule.due(at: .seconds(101)) == [1], "what is not due is not finished")
        #expect(schedule.due(at: .seconds(101), coalescingWindow: .seconds(1)) == [1, 2])
        schedule.finish(2, at: .seconds(101), coalescingWindow: .seconds(1))
        schedule.finish(1, at: .seconds(101))
        #expect(schedule.due(at: .seconds(129)) == [] && schedule.due(at: .seconds(132)) == [0, 1, 2])
    }

    static let ten = Schedule(Array(0..<10), every: .seconds(30), from: .seconds(100))

    @Test("The first due times are spread evenly over the interval") func spread() {
        var schedule = Self.ten
        #expect(schedule.next == .seconds(100))
        for item in 0..<10 {
            #expect(schedule.rescheduleDue(at: .seconds(100 + 3 * item)) == [item])
            #expect(schedule.rescheduleDue(at: .seconds(100 + 3 * item)) == [])
        }
        #expect(schedule.next == .seconds(130))
    }

    @Test("The spread can differ from the interval") func otherSpread() {
        var schedule = Schedule([1, 2], every: .seconds(30), from: .zero, spread: .seconds(2))
        #expect(schedule.rescheduleDue(at: .zero) == [1] && schedule.rescheduleDue(at: .seconds(1)) == [2])
        var together = Schedule([1, 2], every: .seconds(30), from: .zero, spread: .zero)
        #expect(together.rescheduleDue(at: .zero) == [1, 2])
    }

    @Test("The coalescing window includes items that are due soon, without moving them") func coalescingWindow() {
        var schedule = Self.ten
        #expect(schedule.rescheduleDue(at: .seconds(100), coalescingWindow: .seconds(6)) == [0, 1, 2])
        #expect(schedule.rescheduleDue(at: .seconds(129), coalescingWindow: .seconds(1)) == [3, 4, 5, 6, 7, 8, 9, 0])
        #expect(schedule.next == .seconds(133))
    }

    @Test(
        "After a long pause each item is due once, and the items stay spread",
        arguments: [131, 1000, 86_400, 10_000_000] as [Int64])
    func pause(_ now: Int64) {
        var schedule = Self.ten
        #expect(Set(schedule.rescheduleDue(at: .seconds(now))) == Set(0..<10))
        #expect(schedule.rescheduleDue(at: .seconds(now)) == [])
        var times: [Duration] = []
        for second in now...(now + 30) {
            for _ in schedule.rescheduleDue(at: .seconds(second)) { times.append(.seconds(second)) }
        }
        #expect(times.count >= 10 && Set(times).count == times.count, "two at once: \(times)")
    }

    @Test("Each item is due once per interval for any step size", arguments: [1, 7, 29, 30] as [Int64])
    func rate(_ step: Int64) {
        var schedule = Self.ten
        var counts: [Int: Int] = [:]
        for second in stride(from: Int64(100), to: 100 + 30 * 100, by: Int64.Stride(step)) {
            for item in schedule.rescheduleDue(at: .seconds(second)) { counts[item, default: 0] += 1 }
        }
        #expect(counts.count == 10 && counts.values.allSatisfy { (99...100).contains($0) }, "\(counts)")
    }

    @Test("An expedited item is due at once, never later than before, and again one interval later") func expedite() {
        var schedule = Self.ten
        schedule.expedite(9, to: .seconds(101))
        schedule.expedite(0, to: .seconds(500))
        schedule.expedite(77, to: .zero)
        #expect(schedule.rescheduleDue(at: .seconds(101)) == [0, 9])
        #expect(schedule.rescheduleDue(at: .seconds(127)) == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(schedule.rescheduleDue(at: .seconds(131)) == [0, 9])
    }

    @Test("An empty schedule is never due, and an interval of zero is always due") func edges() {
        var empty = Schedule<Int>([], every: .seconds(30), from: .zero)
        #expect(empty.next == nil && empty.rescheduleDue(at: .seconds(99)) == [])
        var busy = Schedule([1], every: .zero, from: .zero)
        #expect(busy.rescheduleDue(at: .seconds(5)) == [1] && busy.rescheduleDue(at: .seconds(5)) == [1])
    }

    @Test(
        "With another interval the items keep their order, stay spread, and are due within that interval",
        arguments: [1, 10, 300] as [Int64])
    func change(_ seconds: Int64) {
        var schedule = Self.ten
        _ = schedule.rescheduleDue(at: .seconds(100))
        schedule.change(to: .seconds(seconds), at: .seconds(101))
        #expect(schedule.interval == .seconds(seconds))
        var order: [Int] = []
        var most = 0
        for tick in 0...100 {
            let taken = schedule.rescheduleDue(at: .seconds(101) + .seconds(seconds) * tick / 100)
            most = max(most, taken.count)
            order += taken
        }
        #expect(Array(order.prefix(10)) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0])
        #expect(most == 1)
    }

    @Test("An unchanged interval moves no due time") func sameInterval() {
        var schedule = Self.ten
        schedule.change(to: .seconds(30), at: .seconds(50))
        #expect(schedule.next == .seconds(100))
    }

    @Test("A removed item is never due again") func keep() {
        var schedule = Self.ten
        schedule.keep { $0.isMultiple(of: 5) }
        #expect(schedule.contains(5) && !schedule.contains(4))
        #expect(schedule.rescheduleDue(at: .seconds(200)) == [0, 5])
    }
}
