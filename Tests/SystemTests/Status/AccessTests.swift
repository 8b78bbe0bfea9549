import Glibc
import Linux
import TestSupport
import Testing

@Suite("HTTP access control", .enabled(if: PrivateNetwork.isAvailable))
struct AccessTests {
    @Test("Every route except health requires the token") func token() throws {
        let token = try TemporaryFile("s3cret\n", suffix: ".token")
        let path = token.path
        try PrivateNetwork.run {
            let daemon = try RunningDaemon("http: {token-file: \(path)}", waitingFor: "/-/healthy")
            #expect(daemon.program.errors.contains("warning: every user of this host can read the token in \(path)"))
            let right = "Authorization: Bearer s3cret"
            try Self.waitUntilReady(daemon, right)
            for path in ["/", "/v1/kernel", "/metrics", "/-/ready", "/nowhere"] {
                let refusal = try daemon.get(path)
                #expect(refusal.status == 401, "\(path)")
                #expect(refusal.fields["www-authenticate"] == "Bearer realm=\"selfconnectd\"")
                #expect(try daemon.get(path, "-H", "Authorization: Bearer s3cres").status == 401, "\(path)")
                #expect(try daemon.get(path, "-H", right).status == (path == "/nowhere" ? 404 : 200), "\(path)")
            }
            #expect(try daemon.get("/-/healthy").status == 200)
        }
        chmod(path, 0o600)
    }

    @Test(
        "Listening on the network requires a token or open: true",
        arguments: ["0.0.0.0:9293", "[::]:9293", "198.51.100.1:9293"])
    func network(address: String) throws {
        let file = try TemporaryFile("listen: [127.0.0.1:9293, \"\(address)\"]")
        let path = file.path
        let expected = "\(path):1:26: \(address) can be reached from other hosts: set a bearer token"
        try PrivateNetwork.run {
            for arguments in [["run", "--config", path], ["check-config", path]] {
                let outcome = try Program.run(Binary.path, arguments)
                #expect(outcome.end == .exited(78) && outcome.errors.contains(expected), "\(outcome)")
            }
        }
    }

    @Test("Open access from the network is logged, and every host name is accepted") func open() throws {
        try PrivateNetwork.run {
            let daemon = try RunningDaemon("listen: 0.0.0.0:9293\nhttp: {open: true}")
            #expect(daemon.program.errors.contains("warning: http.open is true: unauthenticated access is allowed"))
            #expect(try daemon.get("/v1/kernel", "-H", "Host: any.name").status == 200)
        }
    }

    @Test(
        "A token that can be read on the network is a warning, on loopback it is not",
        arguments: ["0.0.0.0", "127.0.0.1"])
    func plainToken(_ address: String) throws {
        let token = try TemporaryFile("s3cret", suffix: ".token")
        let path = token.path
        try PrivateNetwork.run {
            let daemon = try RunningDaemon(
                "listen: \(address):9293\nhttp: {token-file: \(path)}", waitingFor: "/-/healthy")
            let isWarned = daemon.program.errors.contains("warning: the bearer token can be read on the network")
            #expect(isWarned == (address == "0.0.0.0"))
        }
        withExtendedLifetime(token.path) {}
    }

    @Test(
        "A token that cannot be used is a fault with its place",
        arguments: [
            ("", "is empty: write a token into it"), (" \n", "is empty: write a token into it"),
            ("two words", "holds more than one word of visible ASCII"), ("schlüssel", "holds more than one word"),
            (String(repeating: "x", count: 5000), "the token cannot be read: read"),
        ])
    func faults(text: String, message: String) throws {
        let token = try TemporaryFile(text, suffix: ".token")
        let file = try TemporaryFile("http:\n  token-file: \(token.path)\n")
        let path = file.path
        let outcome = try PrivateNetwork.run { try Binary.run("run", "--config", path) }
        #expect(outcome.end == .exited(78))
        #expect(outcome.errors.hasPrefix("\(path):2:15: ") && outcome.errors.contains(message), "\(outcome.errors)")
    }

    @Test(
        "A token file that is missing or not a file is a fault with its place",
        arguments: ["/no/such", "/tmp", "/dev/null"])
    func missing(tokenFile: String) throws {
        let file = try TemporaryFile("http: {token-file: \(tokenFile)}")
        let path = file.path
        let outcome = try PrivateNetwork.run { try Binary.run("run", "--config", path) }
        #expect(outcome.end == .exited(78))
        #expect(outcome.errors.hasPrefix("\(path):1:20: the token cannot be read: "), "\(outcome.errors)")
    }

    @Test("A credential of the service manager is used as the token; a missing one is a fault")
    func credential() throws {
        let token = try TemporaryFile("s3cret", suffix: ".token")
        let name = String(token.path.dropFirst("/tmp/".count))
        let file = try TemporaryFile("http: {token-credential: \(name)}")
        let path = file.path
        try PrivateNetwork.run {
            let outcome = try Binary.run("run", "--config", path)
            #expect(outcome.end == .exited(78) && outcome.errors.contains("add LoadCredential=\(name)"))
            let daemon = try RunningDaemon(
                "http: {token-credential: \(name)}", environment: ["CREDENTIALS_DIRECTORY": "/tmp"],
                waitingFor: "/-/healthy")
            #expect(try daemon.get("/v1/kernel").status == 401)
            try Self.waitUntilReady(daemon, "Authorization: bearer s3cret")
        }
        withExtendedLifetime(token.path) {}
    }

    /// Waits until requests with the token see the first pass.
    private static func waitUntilReady(_ daemon: borrowing RunningDaemon, _ field: String) throws {
        let isReady = try Waiting.holds(every: .milliseconds(20)) {
            try daemon.get("/v1/kernel", "-H", field).status == 200
        }
        #expect(isReady)
    }
}
