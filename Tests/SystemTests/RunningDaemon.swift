import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

/// A running daemon in the calling thread's network namespace, with its responses and its end.
struct RunningDaemon: ~Copyable {
    /// The process.
    var program: Program
    private let file: TemporaryFile
    private let origin: String
    private let port: UInt16

    /// The address on which tests let it listen: outside of all their ranges.
    static let listen = "127.0.0.1:9293"

    /// Starts it, with this configuration or without a file, and waits until it is ready and has no client.
    ///
    /// - Parameters:
    ///   - wrapper: a program with its arguments that executes the daemon.
    ///   - hasClients: whether another client may keep a connection from the beginning, as Prometheus does.
    init(
        _ configuration: String?, _ arguments: [String] = [], environment: [String: String] = [:],
        listen: String = RunningDaemon.listen, wrapper: [String] = [], waitingFor path: String = "/-/ready",
        hasClients: Bool = false
    ) throws {
        let file = try TemporaryFile(configuration ?? "")
        let origin = "http://\(listen)"
        let port = try Endpoint(listen).port
        let run = configuration == nil ? [] : ["run", "--config", file.path]
        let command = wrapper + [Binary.path] + run + arguments
        let program = try Program(command[0], Array(command.dropFirst()), environment: environment)
        let isReady = try Waiting.holds(every: .milliseconds(20)) {
            try Answer.get(origin + path)?.status == 200
        }
        try #require(isReady, "not ready: \(program.errors)")
        if !hasClients { try Self.waitUntilAlone(on: port) }
        self.program = program
        self.file = file
        self.origin = origin
        self.port = port
    }

    /// Waits until it has closed its side of each connection, shortly after the client did.
    func waitUntilAlone() throws {
        try Self.waitUntilAlone(on: port)
    }

    private static func waitUntilAlone(on port: UInt16) throws {
        let isAlone = try Waiting.holds(every: .milliseconds(1)) { try SocketStates.connectionCount(on: port) == 0 }
        try #require(isAlone, "a client is connected")
    }

    /// Its response for a path; curl's further arguments come after it.
    func get(_ path: String, _ arguments: String...) throws -> Answer {
        try #require(try Answer.get(origin + path, arguments), "no answer: \(program.errors)")
    }

    /// `/v1/status`.
    func status() throws -> StatusAnswer {
        try get("/v1/status").decoded()
    }

    /// One target of `/v1/targets/{target}`, with its probes.
    func target(_ endpoint: String) throws -> TargetAnswer {
        let path = endpoint.replacing("[", with: "%5B").replacing("]", with: "%5D")
        return try get("/v1/targets/\(path)").decoded()
    }

    /// A value in /metrics, by its name with the labels.
    func metric(_ name: String) throws -> Double? {
        let lines = try get("/metrics").content.split(separator: "\n")
        return lines.first { $0.hasPrefix(name + " ") }.flatMap { Double($0.dropFirst(name.utf8.count + 1)) }
    }

    /// The number of directed probes; nil on a kernel without them.
    func directedProbeCount() throws -> Double? {
        guard KernelFeature.hasLocalPortRange else { return nil }
        let count: Double = try #require(try metric("selfconnect_probes_total{method=\"directed\"}"))
        return count
    }

    /// The number of passes over its targets that it has completed.
    func passCount() throws -> Double {
        try #require(try metric("selfconnect_passes_total"))
    }

    /// The number of its open descriptors, including sockets; those of clients that have gone may still count.
    func descriptorCount() throws -> Int {
        let directory = try #require(opendir("/proc/\(program.process)/fd"))
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return count - 2
    }

    /// The minimum of several counts, without clients: a probe may be running during one.
    func leastDescriptorCount() throws -> Int {
        try waitUntilAlone()
        var least = try descriptorCount()
        for _ in 0..<20 {
            Thread.sleep(.milliseconds(20))
            least = min(least, try descriptorCount())
        }
        return least
    }

    /// Changes its configuration and sends SIGHUP.
    func reload(_ configuration: String) throws {
        try file.replace(with: configuration)
        program.send(SIGHUP)
    }

    /// Like `reload`, and waits until it reports the reload.
    ///
    /// - Returns: whether it was successful.
    @discardableResult
    func reloaded(_ configuration: String) throws -> Bool {
        let before = try status().service.config.lastReload
        try reload(configuration)
        let isRead = try Waiting.holds {
            try status().service.config.lastReload != before
        }
        try #require(isRead, "not read: \(program.errors)")
        return try status().service.config.lastReloadSuccessful
    }

    /// The path of its configuration.
    var path: String { file.path }

    /// Its resident memory in octets.
    func residentMemory() throws -> Int {
        try pages()[1] * Int(getpagesize())
    }

    /// Its memory without pages of files, which change with use.
    func ownMemory() throws -> Int {
        let pages = try pages()
        return (pages[1] - pages[2]) * Int(getpagesize())
    }

    /// Total, resident, and of these shared with files (proc_pid_statm(5)).
    private func pages() throws -> [Int] {
        let numbers = try KernelFile.text("/proc/\(program.process)/statm").split(separator: " ").prefix(3)
        return try numbers.map { try #require(Int($0)) }
    }

    /// Stops it with a signal; returns how it ended, and how long that took.
    mutating func stop(_ signal: Int32 = SIGTERM) -> (end: Program.End?, after: Duration) {
        let start = Clock.monotonic
        program.send(signal)
        let end = program.wait()
        return (end, Clock.monotonic - start)
    }
}
