import Glibc
import Linux
import Settings
import TestSupport
import Testing
import UnixSignals

@testable import Daemon

/// What reloads leave on the host.
@Suite struct ReloadServiceTests {
    /// A daemon of which nothing runs but reloads: the HTTP loop never comes to take up new terms.
    private struct Scene: ~Copyable {
        let file: TemporaryFile
        let service: CurrentService
        let reload: ReloadService

        init(_ settings: String) async throws {
            let file = try TemporaryFile(settings)
            let source = SettingsSource(named: file.path, defaultPath: "")
            let settings = try source.load()
            let log = LogSink(settings.configuration.log)
            let logger = log.logger(label: "test")
            let preparation = Preparation(allowsEphemeralListen: false, logger: logger)
            let outcome = try preparation.prepare(settings)
            let service = CurrentService(path: file.path, outcome.openings, at: Clock.wall)
            let (board, progress) = (Board(), Progress(patience: .seconds(60)))
            let manager = ServiceManager(logger: logger)
            let probing = ProbeService(
                settings.configuration, targets: [], board: board, progress: progress, manager: manager, log: log,
                logger: logger)
            let http = try StatusServer(
                outcome.terms, source: StatusSource(board: board, progress: progress, service: service), logger: logger)
            // A signal that does nothing to anybody.
            let hangups = await UnixSignalsSequence(trapping: .sigwinch)
            reload = ReloadService(
                source: source, preparation: preparation, hangups: hangups, service: service, probing: probing,
                http: http, progress: progress, board: board, log: log, manager: manager, logger: logger)
            self.file = file
            self.service = service
        }

        deinit { Opening.withdraw(service.openings) }
    }

    private static func settings(_ paths: String...) -> String {
        "listen: [\(paths.map { "\"unix:\($0)\"" }.joined(separator: ", "))]\nlog: {level: error}"
    }

    private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    @Test("A socket that one reload opens and the next drops leaves no file, though nobody has served it")
    func dropped() async throws {
        let folder = try TemporaryFolder()
        let (stays, goes) = ("\(folder.path)/stays", "\(folder.path)/goes")
        let scene = try await Scene(Self.settings(stays))
        try scene.file.replace(with: Self.settings(stays, goes))
        await scene.reload.reload()
        #expect(Self.exists(stays) && Self.exists(goes))
        try scene.file.replace(with: Self.settings(stays))
        await scene.reload.reload()
        #expect(Self.exists(stays) && !Self.exists(goes))
    }

    @Test("A reload that the stop overtakes leaves no file of what it opens then") func overtaken() async throws {
        let folder = try TemporaryFolder()
        let (stays, late) = ("\(folder.path)/stays", "\(folder.path)/late")
        let scene = try await Scene(Self.settings(stays))
        try scene.file.replace(with: Self.settings(stays, late))
        let reload = scene.reload
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await reload.reload()
        }
        await task.value
        let isInForce = scene.service.openings.contains { $0.address == .unix(late) }
        // The thread that opens has not been waited for.
        try await Task.sleep(for: .milliseconds(500))
        #expect(Self.exists(stays) && Self.exists(late) == isInForce)
    }
}
