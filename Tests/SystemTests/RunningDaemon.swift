import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

/// The daemon under way in the calling thread's network namespace, its answers, and its end.
struct RunningDaemon: ~Copyable {
    /// The process.
    var program: Program
    private let file: TemporaryFile
    private let origin: String
    private let port: UInt16

    /// Where the tests let it listen: outside of every range that they set.
    static let listen = "127.0.0.1:9293"

    /// Starts it, with this configuration or without a file, and waits until it is ready and has no client.
    ///
    /// - Parameter wrapper: a program, with its arguments, that runs the daemon in its place.
    init(
        _ configuration: String?, _ arguments: [String] = [], environment: [String: String] = [:],
        listen: String = RunningDaemon.listen, wrapper: [String] = [], waitingFor path: String = "/-/ready"
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
        try Self.waitUntilAlone(on: port)
        self.program = program
        self.file = file
        self.origin = origin
        self.port = port
    }

    /// Waits until it has closed its side of each connection, as it does a moment after the client did.
    func waitUntilAlone() throws {
        try Self.waitUntilAlone(on: port)
    }

    private static func waitUntilAlone(on port: UInt16) throws {
        let isAlone = try Waiting.holds(every: .milliseconds(1)) { try SocketStates.connectionCount(on: port) == 0 }
        try #require(isAlone, "a client is connected")
    }

    /// What it answers under a path; curl's further arguments come after it.
    func get(_ path: String, _ arguments: String...) throws -> Answer {
        try #require(try Answer.get(origin + path, arguments), "no answer: \(program.errors)")
    }

    /// `/v1/status`.
    func status() throws -> StatusAnswer {
        try get("/v1/status").decoded()
    }

    /// One target of `/v1/status`.
    func target(_ endpoint: String) throws -> TargetAnswer {
        try #require(try status().targets.first { $0.endpoint == endpoint }, "no target \(endpoint)")
    }

    /// A value of /metrics, by its name with the labels.
    func metric(_ name: String) throws -> Double? {
        let lines = try get("/metrics").content.split(separator: "\n")
        return lines.first { $0.hasPrefix(name + " ") }.flatMap { Double($0.dropFirst(name.utf8.count + 1)) }
    }

    /// How many descriptors it has open, sockets among them; those of clients that have gone may still count.
    func descriptorCount() throws -> Int {
        let directory = try #require(opendir("/proc/\(program.process)/fd"))
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return count - 2
    }

    /// The least of some looks, without clients: at one a probe may be under way.
    func leastDescriptorCount() throws -> Int {
        try waitUntilAlone()
        var least = try descriptorCount()
        for _ in 0..<20 {
            Thread.sleep(.milliseconds(20))
            least = min(least, try descriptorCount())
        }
        return least
    }

    /// Gives it another configuration and the signal to read it.
    func reload(_ configuration: String) throws {
        try file.replace(with: configuration)
        program.send(SIGHUP)
    }

    /// The same, and waits until it says that it has read it.
    ///
    /// - Returns: whether it took it over.
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

    /// Where its configuration is.
    var path: String { file.path }

    /// Its resident memory in octets.
    func residentMemory() throws -> Int {
        try pages()[1] * Int(getpagesize())
    }

    /// Octets of it that are not pages of files: those of the program come and go as they are used.
    func ownMemory() throws -> Int {
        let pages = try pages()
        return (pages[1] - pages[2]) * Int(getpagesize())
    }

    /// In all, resident, and of these shared with files (proc_pid_statm(5)).
    private func pages() throws -> [Int] {
        let numbers = try KernelFile.text("/proc/\(program.process)/statm").split(separator: " ").prefix(3)
        return try numbers.map { try #require(Int($0)) }
    }

    /// Ends it by a signal: how it ended, and how long that took.
    mutating func stop(_ signal: Int32 = SIGTERM) -> (end: Program.End?, after: Duration) {
        let start = Clock.monotonic
        program.send(signal)
        let end = program.wait()
        return (end, Clock.monotonic - start)
    }
}
