import Configuration
import Linux
import SelfConnect
import TestSupport
import Testing

@testable import Monitor

/// The probe thread, which sleeps in one place. Its next pass is hours away, so that a test sees what wakes it.
@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces"))
struct ProbeServiceTests {
    private struct Silence: MonitorDelegate {
        func didRecord(_ events: [Event], omitted: Int) {}
        func didNotice(_ notice: WatchNotice) {}
        func didFail(_ fault: String) {}
        func didChangeEventStream(_ state: EventStream.State) {}
        func isStillStarting(needing time: Duration) {}
    }

    private static let target = Target(name: "t", endpoint: Endpoint(.loopback4, 40004))

    private static var settings: Configuration {
        var settings = Configuration.default
        settings.probe.interval = .seconds(86_400)
        settings.probe.loop.interval = .zero
        settings.map.interval = .zero
        return settings
    }

    /// Runs the service on a thread of its own while `body` runs, and waits for its end.
    private static func whileRunning(
        _ body: @escaping @Sendable (ProbeService, SnapshotStore, Heartbeats) throws -> Void
    ) throws {
        try PrivateNetwork.run {
            let (store, heartbeats) = (SnapshotStore(), Heartbeats(HealthLimits(stall: .seconds(60))))
            let service = try ProbeService(
                settings, targets: [target], store: store, heartbeats: heartbeats, delegate: Silence())
            let hasEnded = ConditionMutex(false)
            var listener = try Holding.listening("127.0.0.1").take(40004)
            try Thread.start(name: "test-probing") {
                try? service.run()
                hasEnded.withLock { $0 = true }
            }
            #expect(Waiting.holds { store.isReady })
            #expect(verdict(in: store) == .latent)
            try body(service, store, heartbeats)
            listener.removeAll()
            #expect(Waiting.holds { verdict(in: store) == .susceptible }, "an event wakes the thread")
            service.stop()
            #expect(hasEnded.wait(until: Clock.monotonic + Waiting.limit) { $0 ? true : nil } == true)
        }
    }

    private static func verdict(in store: SnapshotStore) -> Verdict? {
        store.snapshot?.targets.first { $0.target == target }?.finding.assessment.verdict
    }

    @Test("The end of a listener and the command to stop wake the thread") func event() throws {
        try Self.whileRunning { _, _, _ in }
    }

    @Test("A reload wakes the thread, and events are still followed") func reload() throws {
        try Self.whileRunning { service, store, _ in
            let generation = store.generation
            try service.apply(Self.settings, targets: [Self.target])
            #expect(store.generation > generation)
        }
    }

    @Test("A reload turns events off and on again") func events() throws {
        try Self.whileRunning { service, store, _ in
            for (isOn, state) in [(false, EventStream.State.off), (true, .followed)] {
                var settings = Self.settings
                settings.followsEvents = isOn
                try service.apply(settings, targets: [Self.target])
                #expect(store.snapshot?.eventStream.state == state)
            }
        }
    }
}
