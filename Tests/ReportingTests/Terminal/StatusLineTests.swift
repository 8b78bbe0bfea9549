import Reporting
import SelfConnect
import TestSupport
import Testing

/// The line of `systemctl status`.
@Suite struct StatusLineTests {
    @Test("It counts what matters and names it") func eight() {
        #expect(
            StatusLine.text(Example.snapshot, now: Example.moment(15))
                == "10 ports watched, 1 self-connected (127.0.0.1:40010 cron), 1 stolen (127.0.0.1:40012 web), 1 susceptible"
                + " (127.0.0.1:40002 open), 1 inconclusive (127.0.0.1:40006 filtered), last pass 3 s ago")
    }

    @Test("At most three are named") func many() {
        var snapshot = Example.snapshot
        snapshot.targets = [WatchedTarget](repeating: snapshot.targets[2], count: 4)
        let names = [String](repeating: "127.0.0.1:40002 open", count: 3).joined(separator: ", ")
        #expect(
            StatusLine.text(snapshot, now: snapshot.at)
                == "4 ports watched, 4 susceptible (\(names), …), last pass 0 ms ago")
    }

    @Test("A reload that failed is told behind") func reloadFault() {
        var snapshot = Example.snapshot
        snapshot.targets = []
        #expect(
            StatusLine.text(snapshot, reloadFault: "f.yaml:1:1: unknown key “prob”", now: snapshot.at)
                == "0 ports watched, last pass 0 ms ago; not reloaded: f.yaml:1:1: unknown key “prob”")
    }

    @Test("The age of the last pass does not follow a wall clock that is set") func setClock() {
        var snapshot = Example.snapshot
        snapshot.targets = []
        snapshot.at = Timestamp(nanoseconds: 7_200_000_000_000, monotonicNanoseconds: 1_000_000_000)
        for wall in [0, 7_200_000_000_000, 72_000_000_000_000] as [Int64] {
            let now = Timestamp(nanoseconds: wall, monotonicNanoseconds: 6_000_000_000)
            #expect(StatusLine.text(snapshot, now: now) == "0 ports watched, last pass 5 s ago")
        }
    }

    @Test("One port, none, and a clock that was set back") func few() {
        var snapshot = Example.snapshot
        snapshot.targets = [snapshot.targets[6]]
        #expect(StatusLine.text(snapshot, now: Example.moment(-9)) == "1 port watched, last pass 0 ms ago")
        snapshot.targets = []
        #expect(StatusLine.text(snapshot, now: Example.moment(3612)) == "0 ports watched, last pass 60 min ago")
    }
}
