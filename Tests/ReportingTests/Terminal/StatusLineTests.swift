import Reporting
import SelfConnect
import TestSupport
import Testing

/// The line of `systemctl status`.
@Suite struct StatusLineTests {
    @Test("The most severe verdicts are counted and named, most severe first, with the time of the last pass")
    func all() {
        #expect(
            StatusLine.text(Example.snapshot)
                == "10 ports watched, 1 self-connected (127.0.0.1:40010 cron), 1 stolen (127.0.0.1:40012 web), 1 susceptible"
                + " (127.0.0.1:40002 open), 1 latent (127.0.0.1:40004 hdfs), 1 inconclusive (127.0.0.1:40006 filtered),"
                + " last pass at 08:05:12 UTC")
    }

    @Test("At most three targets are named") func many() {
        var snapshot = Example.snapshot
        snapshot.targets = [WatchedTarget](repeating: snapshot.targets[2], count: 4)
        let names = [String](repeating: "127.0.0.1:40002 open", count: 3).joined(separator: ", ")
        #expect(
            StatusLine.text(snapshot) == "4 ports watched, 4 susceptible (\(names), …), last pass at 08:05:12 UTC")
    }

    @Test("An error of the last reload is appended") func reloadFault() {
        var snapshot = Example.snapshot
        snapshot.targets = []
        #expect(
            StatusLine.text(snapshot, reloadFault: "f.yaml:1:1: unknown key “prob”")
                == "0 ports watched, last pass at 08:05:12 UTC; not reloaded: f.yaml:1:1: unknown key “prob”")
    }

    @Test("A safe port is counted but not named") func safe() {
        var snapshot = Example.snapshot
        snapshot.targets = [snapshot.targets[6]]
        #expect(StatusLine.text(snapshot) == "1 port watched, last pass at 08:05:12 UTC")
    }
}
