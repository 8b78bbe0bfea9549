import Linux
package import SelfConnect

extension PrivateNetwork {
    /// All TCP sockets of the calling thread's namespace.
    package static func sockets() throws -> [SocketRecord] {
        var diag = try SockDiag()
        return Array(try diag.table().all)
    }

    /// The sockets left by connections that have ended, without listeners.
    ///
    /// A child that another test is starting has a copy of every descriptor until its exec: such a socket goes away by
    /// itself, a TIME_WAIT does not.
    package static func socketsLeft() throws -> [SocketRecord] {
        let start = Clock.monotonic
        while true {
            let left = try sockets().filter { $0.state != .listen }
            let isSettled = left.allSatisfy { $0.state == .timeWait }
            if isSettled || Clock.monotonic - start > Waiting.limit { return left }
            Thread.sleep(.milliseconds(5))
        }
    }
}
