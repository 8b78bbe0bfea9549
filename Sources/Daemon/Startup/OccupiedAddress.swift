import Configuration
import Glibc
import Linux
import Probing
import SelfConnect

/// A listen address that is in use: what has it, and what to do.
struct OccupiedAddress {
    private let address: ListenAddress

    init(_ address: ListenAddress) { self.address = address }

    /// The error of bind(2) with its cause, as far as that can be seen, and the fix.
    func text(of error: SystemCallError) -> String {
        switch address {
        case .tcp(let endpoint): "\(error): \(Self.cause(at: endpoint))"
        case .unix: "\(error): a process listens there; stop it, or listen on another path"
        case .systemd: "\(error)"
        }
    }

    private static func cause(at endpoint: Endpoint) -> String {
        guard let holder = holder(of: endpoint) else {
            return "stop what has it (ss -tanp sport = :\(endpoint.port)), or listen on another port"
        }
        let owner = holder.processText ?? holder.user.map { "user \($0)" } ?? "another process"
        switch holder.state {
        case .listening where holder.pid == getpid():
            return "the daemon listens on \(holder.socket.local) itself; to change that takes a restart"
        case .listening: return "a listener of \(owner) has it; stop that, or listen on another port"
        case .bound: return "a socket of \(owner) is bound to it; end that, or listen on another port"
        case .selfConnected, .source:
            return "a connection of \(owner) to \(holder.socket.peer) has it; close that, or listen on another port"
        case .timeWait:
            return
                "a closed connection to \(holder.socket.peer) has it, for about 60 s; wait, or listen on another port"
        }
    }

    /// The socket that prevents the bind, with its process if that can be seen.
    private static func holder(of endpoint: Endpoint) -> Holder? {
        guard var sockets = try? SockDiag(), let table = try? sockets.table(port: endpoint.port),
            let holder = table.holders(of: endpoint).first(where: \.conflicts)
        else { return nil }
        var identity = HolderIdentity.ofCommand
        identity.beginPass()
        return identity.complete(holder)
    }
}
