import Glibc
import Testing

@testable import Linux

@Suite struct SystemCallErrorTests {
    @Test("The text has the operation, the subject, the system's error message and the errno's name") func text() {
        let error = SystemCallError("connect", "127.0.0.1:50010", code: ENETUNREACH)
        #expect("\(error)" == "connect 127.0.0.1:50010: Network is unreachable (ENETUNREACH)")
    }

    @Test("Without a subject the text has no gap") func noSubject() {
        #expect("\(SystemCallError("listen", code: EADDRINUSE))" == "listen: Address already in use (EADDRINUSE)")
    }

    @Test("An unknown errno is shown as a number") func unknown() {
        #expect("\(SystemCallError("read", code: 4711))" == "read: unknown error (errno 4711)")
    }

    @Test("A call that was interrupted by a signal is repeated") func interrupted() throws {
        var calls = 0
        let result = try call("read") {
            calls += 1
            errno = EINTR
            return calls < 3 ? -1 : 7
        }
        #expect(result == 7)
        #expect(calls == 3)
    }

    @Test("A call that fails otherwise is made once, and the error names its subject") func failed() {
        #expect(throws: SystemCallError("bind", "[::1]:1", code: EACCES)) {
            try call("bind", "[::1]:1") {
                errno = EACCES
                return -1
            }
        }
    }
}
