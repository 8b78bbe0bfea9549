import Systemd
import Testing

@testable import Daemon

/// Notifications that are sent again.
@Suite struct PendingNotificationsTests {
    private let reloading = NotifyState.reloading(monotonicMicroseconds: 7)

    @Test("What was sent is not said again, and a lost status or watchdog is not either") func told() {
        var untold = PendingNotifications()
        #expect(untold.notifications(with: [.ready, .status("a")]) == [[.ready, .status("a")]])
        untold.strike([.ready, .status("a")])
        #expect(untold.notifications(with: [.watchdog]) == [[.watchdog]])
        #expect(untold.notifications(with: [.status("b")]) == [[.status("b")]])
        #expect(untold.notifications(with: []) == [])
        #expect(untold.notifications(with: [.removeDescriptor(name: "a")]) == [[.removeDescriptor(name: "a")]])
    }

    @Test("A READY that was not sent goes with what is said next") func ready() {
        var untold = PendingNotifications()
        _ = untold.notifications(with: [.ready, .status("a")])
        #expect(untold.notifications(with: [.watchdog]) == [[.ready, .watchdog]])
        #expect(untold.notifications(with: [.ready, .status("b")]) == [[.ready, .status("b")]])
        untold.strike([.ready, .status("b")])
        #expect(untold.notifications(with: [.status("c")]) == [[.status("c")]])
    }

    @Test("RELOADING and READY go in their order, each in a notification of its own") func reload() {
        var untold = PendingNotifications()
        _ = untold.notifications(with: [reloading, .status("reloading")])
        #expect(untold.notifications(with: [.ready, .status("a")]) == [[reloading], [.ready, .status("a")]])
        untold.strike([reloading])
        #expect(untold.notifications(with: [.status("b")]) == [[.ready, .status("b")]])
    }

    @Test("A new reload and the stop take the place of what was to be told before") func successors() {
        var untold = PendingNotifications()
        _ = untold.notifications(with: [.ready])
        #expect(untold.notifications(with: [reloading]) == [[reloading]])
        _ = untold.notifications(with: [.ready])
        #expect(untold.notifications(with: [.stopping, .status("b")]) == [[.stopping, .status("b")]])
        #expect(untold.notifications(with: []) == [[.stopping]])
    }
}
