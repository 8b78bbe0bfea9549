import Systemd
import Testing

@testable import Daemon

/// Notifications that are sent again.
@Suite struct PendingNotificationsTests {
    private let reloading = NotifyState.reloading(monotonicMicroseconds: 7)

    @Test("A sent state is not sent again, and neither is a lost status or watchdog") func sent() {
        var pending = PendingNotifications()
        #expect(pending.notifications(with: [.ready, .status("a")]) == [[.ready, .status("a")]])
        pending.markSent([.ready, .status("a")])
        #expect(pending.notifications(with: [.watchdog]) == [[.watchdog]])
        #expect(pending.notifications(with: [.status("b")]) == [[.status("b")]])
        #expect(pending.notifications(with: []) == [])
        #expect(pending.notifications(with: [.removeDescriptor(name: "a")]) == [[.removeDescriptor(name: "a")]])
    }

    @Test("An unsent READY is sent with the next notification") func ready() {
        var pending = PendingNotifications()
        _ = pending.notifications(with: [.ready, .status("a")])
        #expect(pending.notifications(with: [.watchdog]) == [[.ready, .watchdog]])
        #expect(pending.notifications(with: [.ready, .status("b")]) == [[.ready, .status("b")]])
        pending.markSent([.ready, .status("b")])
        #expect(pending.notifications(with: [.status("c")]) == [[.status("c")]])
    }

    @Test("RELOADING and READY are sent in order, in separate notifications") func reload() {
        var pending = PendingNotifications()
        _ = pending.notifications(with: [reloading, .status("reloading")])
        #expect(pending.notifications(with: [.ready, .status("a")]) == [[reloading], [.ready, .status("a")]])
        pending.markSent([reloading])
        #expect(pending.notifications(with: [.status("b")]) == [[.ready, .status("b")]])
    }

    @Test("A new reload and the stop replace pending notifications") func successors() {
        var pending = PendingNotifications()
        _ = pending.notifications(with: [.ready])
        #expect(pending.notifications(with: [reloading]) == [[reloading]])
        _ = pending.notifications(with: [.ready])
        #expect(pending.notifications(with: [.stopping, .status("b")]) == [[.stopping, .status("b")]])
        #expect(pending.notifications(with: []) == [[.stopping]])
    }
}
