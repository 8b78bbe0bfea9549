import Linux
public import SelfConnect

extension PrivateNetwork {
    /// All TCP sockets of the calling thread's namespace.
    public static func sockets() throws -> [SocketRecord] {
        var diag = try SockDiag()
        return Array(try diag.table().all)
    }
}
