import Glibc
import Systemd
import Testing

extension EnvironmentTests {
    /// Socket activation. Descriptor 3, the first one, belongs to other code in a test process: its flag is restored
    /// afterwards.
    @Suite struct PassedSocketTests {
        @Test("A passed socket has its name, and is passed once") func named() throws {
            try withFirstDescriptor {
                try withEnvironment(["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "http"]) {
                    () throws in
                    let sockets = try PassedSocket.takeAll()
                    #expect(sockets.map(\.name) == ["http"] && sockets.map(\.descriptor) == [3])
                    #expect(fcntl(3, F_GETFD) & FD_CLOEXEC != 0)
                    #expect(getenv("LISTEN_FDS") == nil && getenv("LISTEN_FDNAMES") == nil)
                    #expect(try PassedSocket.takeAll().isEmpty)
                }
            }
        }

        @Test("A socket without a name is called unknown") func unnamed() throws {
            try withFirstDescriptor {
                try withEnvironment(["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "1", "LISTEN_FDNAMES": nil]) {
                    () throws in
                    #expect(try PassedSocket.takeAll().map(\.name) == ["unknown"])
                }
            }
        }

        @Test("Sockets of another process are ignored") func absent() throws {
            try withEnvironment(["LISTEN_PID": "1", "LISTEN_FDS": "1", "LISTEN_FDNAMES": nil]) { () throws in
                #expect(try PassedSocket.takeAll().isEmpty)
            }
            try withEnvironment(["LISTEN_PID": nil, "LISTEN_FDS": nil, "LISTEN_FDNAMES": nil]) { () throws in
                #expect(try PassedSocket.takeAll().isEmpty)
            }
        }

        @Test("A count that is not a number is a fault") func malformed() throws {
            try withEnvironment(["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "many", "LISTEN_FDNAMES": nil]) {
                () throws in
                let fault = try #require(throws: SystemdError.self) { try PassedSocket.takeAll() }
                #expect(fault.operation == "sd_listen_fds_with_names" && fault.errno == EINVAL)
            }
        }

        private func withFirstDescriptor(_ body: () throws -> Void) throws {
            let flags = fcntl(3, F_GETFD)
            if flags < 0 {
                let opened = open("/dev/null", O_RDONLY)
                if opened != 3 {
                    try #require(dup2(opened, 3) == 3)
                    close(opened)
                }
            }
            defer { if flags < 0 { close(3) } else { _ = fcntl(3, F_SETFD, flags) } }
            try body()
        }
    }
}
