import Configuration
import Glibc
import Linux
import Monitor
import SelfConnect
import StatusServer
import Synchronization
import TestSupport
import Testing

@testable import Daemon

/// Single reloads: what they leave on the host, and what happens to those that wait for a file.
@Suite struct ReloadServiceTests {
    /// A daemon with probe thread and reloads but without HTTP loop, so that server configurations are never taken.
    private final class ReloadFixture {
        let file: TemporaryFile
        let service: ServiceState
        let reload: Reload
        private let probing: ProbeService

        /// - Parameter load: reads the settings at a reload; nil: from the file.
        init(_ settings: String, load: (@Sendable () -> Void)? = nil) throws {
            let file = try TemporaryFile(settings)
            let source = SettingsSource(named: file.path, defaultPath: "")
            let settings = try source.load()
            let log = LogSink(settings.configuration.log)
            let logger = log.logger(label: "test")
            let preparation = StartupPlan(allowsEphemeralListen: false, logger: logger)
            let outcome = try preparation.prepare(settings)
            let service = ServiceState(path: file.path, outcome.boundListeners, at: Clock.wall)
            let (store, heartbeats) = (SnapshotStore(), Heartbeats(HealthLimits(stall: .seconds(60))))
            let manager = ServiceNotifier(logger: logger)
            let probing = try ProbeService(
                settings.configuration, targets: [], store: store, heartbeats: heartbeats,
                delegate: MonitorLog(log: log, logger: logger, manager: manager))
            let http = try HTTPServer(
                outcome.server, source: DaemonStatus(store: store, heartbeats: heartbeats, state: service, log: log),
                logger: logger)
            reload = Reload(
                load: { _ throws(ConfigurationError) in
                    load?()
                    return try source.load(onlyRegular: true)
                },
                preparation: preparation, service: service, probing: probing, http: http, heartbeats: heartbeats,
                store: store, log: log, manager: manager, logger: logger)
            self.file = file
            self.service = service
            self.probing = probing
            try Thread.start(name: "test-probing") { try? probing.run() }
        }

        deinit {
            probing.stop()
            BoundListener.removeSocketFiles(service.boundListeners)
        }

        /// Reloads on the calling thread.
        func reloadNow() { reload.run(ReloadClaim()) }
    }

    /// A configuration without probes.
    private static func settings(_ paths: String...) -> String {
        """
        listen: [\(paths.map { "\"unix:\($0)\"" }.joined(separator: ", "))]
        log: {level: error}
        discover: {listeners: false, connections: false}
        map: {interval: 0s}
        """
    }

    private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Blocks callers until it is opened.
    private final class Door: Sendable {
        private struct State: Sendable {
            var isOpen = false
            var waiting = 0
        }

        private let state = ConditionMutex(State())

        func pass() {
            state.withLock { $0.waiting += 1 }
            _ = state.wait { $0.isOpen ? true : nil }
        }

        func open() { state.withLock { $0.isOpen = true } }

        /// Waits until this many callers are blocked.
        func waitForArrivals(_ count: Int) -> Bool {
            state.wait(until: Clock.monotonic + Waiting.limit) { $0.waiting >= count ? true : nil } ?? false
        }
    }

    @Test("A socket that one reload opens and the next drops leaves no file, even if it was never served")
    func dropped() throws {
        let folder = try TemporaryFolder()
        let (stays, goes) = ("\(folder.path)/stays", "\(folder.path)/goes")
        let fixture = try ReloadFixture(Self.settings(stays))
        try fixture.file.replace(with: Self.settings(stays, goes))
        fixture.reloadNow()
        #expect(Self.exists(stays) && Self.exists(goes))
        try fixture.file.replace(with: Self.settings(stays))
        fixture.reloadNow()
        #expect(Self.exists(stays) && !Self.exists(goes))
    }

    @Test("An abandoned reload changes nothing, even if it finishes late") func givenUp() throws {
        let folder = try TemporaryFolder()
        let (stays, late) = ("\(folder.path)/stays", "\(folder.path)/late")
        let fixture = try ReloadFixture(Self.settings(stays))
        try fixture.file.replace(with: Self.settings(stays, late))
        let claim = ReloadClaim()
        #expect(claim.giveUp())
        fixture.reload.run(claim)
        #expect(Self.exists(stays) && !Self.exists(late))
        #expect(!fixture.service.boundListeners.contains { $0.address == .unix(late) })
    }

    @Test("A reload can be claimed or abandoned, but not both") func claim() {
        let taken = ReloadClaim()
        #expect(taken.take() && !taken.giveUp() && !taken.isGivenUp)
        let givenUp = ReloadClaim()
        #expect(givenUp.giveUp() && !givenUp.take() && givenUp.isGivenUp)
    }

    @Test("A reload whose file blocks times out, the next works, and the number of blocked reloads is limited")
    func stuck() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/stays"
        let door = Door()
        let fixture = try ReloadFixture(Self.settings(path)) { door.pass() }
        let reloads = ReloadService(fixture.reload) {}
        reloads.timeout = .zero
        for number in 1...ReloadService.mostStuck {
            reloads.advance(at: Clock.monotonic, isRequested: true)
            #expect(door.waitForArrivals(number))
            reloads.advance(at: Clock.monotonic, isRequested: false)
            #expect(fixture.service.facts.reloadFault?.hasPrefix("reading the configuration timed out") == true)
        }
        reloads.advance(at: Clock.monotonic, isRequested: true)
        #expect(fixture.service.facts.reloadFault == "4 earlier reloads are still blocked in reading a file")
        door.open()
        reloads.timeout = Waiting.limit
        let isReloaded = Waiting.holds {
            reloads.advance(at: Clock.monotonic, isRequested: reloads.deadline == nil)
            return fixture.service.facts.reloadFault == nil
        }
        #expect(isReloaded)
        reloads.waitForEnd(until: Clock.monotonic + Waiting.limit)
    }

    @Test("Any number of signals during a reload causes one more reload") func storm() throws {
        let folder = try TemporaryFolder()
        let door = Door()
        let count = Count()
        let fixture = try ReloadFixture(Self.settings("\(folder.path)/stays")) {
            count.add()
            door.pass()
        }
        let reloads = ReloadService(fixture.reload) {}
        reloads.timeout = Waiting.limit
        for _ in 0..<1_000 { reloads.advance(at: Clock.monotonic, isRequested: true) }
        #expect(door.waitForArrivals(1))
        door.open()
        let isQuiet = Waiting.holds {
            reloads.advance(at: Clock.monotonic, isRequested: false)
            return reloads.deadline == nil
        }
        #expect(isQuiet && count.value == 2)
    }

    private final class Count: Sendable {
        private let count = Atomic(0)

        var value: Int { count.load(ordering: .acquiring) }

        func add() { count.add(1, ordering: .releasing) }
    }
}
