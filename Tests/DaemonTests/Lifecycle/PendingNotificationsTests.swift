import Systemd
import Testing

@testable import Daemon

/// Notifications that are sent again.
@Suite struct PendingNotificationsTests {
    private let reloading = NotifyState.reloading(monotonicMicroseconds: 7)

    @Test("A sent state is not sent again, and neither is a lost status or watchdog") func told() {
        var untold = PendingNotifications()
        #expect(untold.notifications(with: [.ready, .status("a")]) == [[.ready, .status("a")]])
        untold.strike([.ready, .status("a")])
        #expect(untold.notifications(with: [.watchdog]) == [[.watchdog]])
        #expect(untold.notifications(with: [.status("b")]) == [[.status("b")]])
        #expect(untold.notifications(with: []) == [])
        #expect(untold.notifications(with: [.removeDescriptor(name: "a")]) == [[.removeDescriptor(name: "a")]])
    }

    @Test("An unsent READY is sent with the next notification") func ready() {
        var untold = PendingNotifications()
        _ = untold.notifications(with: [.ready, .status("a")])
        #expect(untold.notifications(with: [.watchdog]) == [[.ready, .watchdog]])
        #expect(untold.notifications(with: [.ready, .status("b")]) == [[.ready, .status("b")]])
        untold.strike([.ready, .status("b")])
        #expect(untold.notifications(with: [.status("c")]) == [[.status("c")]])
    }

    @Test("RELOADING and READY are sent in order, in separate notifications") func reload() {
        var untold = PendingNotifications()
        _ = untold.notifications(with: [reloading, .status("reloading")])
        #expect(untold.notifications(with: [.ready, .status("a")]) == [[reloading], [.ready, .status("a")]])
        untold.strike([reloading])
        #expect(untold.notifications(with: [.status("b")]) == [[.ready, .status("b")]])
    }

    @Test("A new reload and the stop replace pending notifications") func successors() {
        var untold = PendingNotifications()
        _ = untold.notifications(with: [.ready])
        #expect(untold.notifications(with: [reloading]) == [[reloading]])
        _ = untold.notifications(with: [.ready])
        #expect(untold.notifications(with: [.stopping, .status("b")]) == [[.stopping, .status("b")]])
        #expect(untold.notifications(with: []) == [[.stopping]])
    }
}
