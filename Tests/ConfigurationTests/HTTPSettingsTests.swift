import SelfConnect
import Testing

@testable import Configuration

@Suite struct HTTPSettingsTests {
    @Test("Every limit of a connection can be set") func bounds() throws {
        let read = try Configuration.parse(
            Array(
                """
                http:
                  connections: 1
                  connections-per-client: 2
                  request-line-size: 1024
                  head-size: 2048
                  fields: 10
                  content-size: 1
                  requests-per-connection: 3
                  pending-output: 4096
                  header-timeout: 100ms
                  content-timeout: 200ms
                  idle-timeout: 300ms
                  write-timeout: 400ms
                  linger-timeout: 500ms
                """.utf8), file: "f"
        ).http
        #expect(read.connections == 1 && read.connectionsPerClient == 2 && read.fields == 10)
        #expect(read.requestLineSize == 1024 && read.headSize == 2048 && read.contentSize == 1)
        #expect(read.requestsPerConnection == 3 && read.pendingOutput == 4096)
        #expect(read.timeouts.header == .milliseconds(100) && read.timeouts.content == .milliseconds(200))
        #expect(read.timeouts.idle == .milliseconds(300) && read.timeouts.write == .milliseconds(400))
        #expect(read.timeouts.linger == .milliseconds(500))
    }

    @Test("Unix sockets have a mode and a group, and a token can be a credential") func access() throws {
        let text = "http: {unix-mode: 640, unix-group: adm, token-credential: http-token}"
        let read = try Configuration.parse(Array(text.utf8), file: "f").http
        #expect(read.unixSocket.mode == 0o640 && read.unixSocket.group?.value == "adm")
        #expect(read.token?.value == .credential("http-token"))
        #expect(read.token?.position == Position(line: 1, column: 59))
    }

    @Test(
        "Invalid and contradictory settings are rejected with their place",
        arguments: [
            ("unix-mode: 0999", "1:19: “0999” is not a mode"), ("unix-mode: 66", "1:19: “66” is not a mode"),
            ("unix-mode: 1777", "1:19: “1777” is not a mode"), ("unix-mode: +660", "1:19: “+660” is not a mode"),
            ("token-credential: a/b", "1:26: “a/b” is not the name of a credential"),
            ("token-credential: a, token-file: /b", "1:26: token-file and token-credential exclude each other"),
            ("token-credential: a, open: true", "1:35: open: true and token-credential exclude each other"),
            ("head-size: 1024", "1:19: a request line of 8192 bytes does not fit into a head of 1024"),
            ("request-line-size: 1023", "1:27: 1023 is too small: at least 1024"),
            ("connections-per-client: 0", "1:32: 0 is too small: at least 1"),
            ("linger-timeout: 61s", "1:24: 61s is too long: at most 1m"),
        ])
    func faults(http: String, expected: String) throws {
        do throws(ConfigurationError) {
            _ = try Configuration.parse(Array("http: {\(http)}".utf8), file: "f")
            Issue.record("no fault")
        } catch {
            #expect(error.lines.count == 1 && error.lines[0].hasPrefix("f:\(expected)"), "\(error)")
        }
    }
}
