import CLinux
import Glibc
import Linux
package import SelfConnect

/// A process that listens or connects, in the network namespace of the thread that starts it; killed with this value.
package final class ListeningProcess: Sendable {
    /// The process id.
    package let pid: Int32
    private let output: Int32

    /// Starts a process that moves to a control group, changes its user, binds the IPv4 address `address`, and listens;
    /// it listens when this returns.
    package convenience init(
        on address: String, port: UInt16, in group: ScratchControlGroup? = nil, as uid: UInt32 = 0,
        reusesAddress: Bool = false
    ) throws {
        let script = """
            if ($ARGV[2]) { open(G, '>', $ARGV[2]) or die $!; print G $$; close(G) or die $!; }
            $( = $) = $ARGV[3]; $< = $> = $ARGV[3];
            socket(S, PF_INET, SOCK_STREAM, 0) or die $!;
            setsockopt(S, SOL_SOCKET, SO_REUSEADDR, $ARGV[4] + 0) or die $!;
            bind(S, sockaddr_in($ARGV[1], inet_aton($ARGV[0]))) or die $!;
            listen(S, 5) or die $!;
            $| = 1; print "listening"; sleep 3600;
            """
        try self.init(script, [address, "\(port)", group?.processes ?? "", "\(uid)", reusesAddress ? "1" : "0"])
    }

    /// Starts a process that connects from `port`, which the kernel chooses, to port 30000 of 127.0.0.1. Meanwhile the
    /// namespace has no other ports.
    package static func connecting(from port: UInt16, reusesAddress: Bool) throws -> ListeningProcess {
        let script = """
            socket(S, PF_INET, SOCK_STREAM, 0) or die $!;
            setsockopt(S, SOL_SOCKET, SO_REUSEADDR, $ARGV[0] + 0) or die $!;
            setsockopt(S, SOL_SOCKET, SO_LINGER, pack("ii", 1, 0)) or die $!;
            connect(S, sockaddr_in(30000, inet_aton("127.0.0.1"))) or die $!;
            $| = 1; print "connected"; sleep 3600;
            """
        return try PrivateNetwork.withRange(PortRange(port, port)) {
            try ListeningProcess(script, [reusesAddress ? "1" : "0"])
        }
    }

    /// Starts a process that is connected to itself on a loopback endpoint, whose port the kernel gives it. Meanwhile the
    /// namespace has no other ports.
    package static func selfConnected(on endpoint: Endpoint) throws -> ListeningProcess {
        let script = """
            my $is6 = $ARGV[0] =~ /:/;
            socket(S, $is6 ? PF_INET6 : PF_INET, SOCK_STREAM, 0) or die $!;
            setsockopt(S, SOL_SOCKET, SO_LINGER, pack("ii", 1, 0)) or die $!;
            connect(S, $is6 ? pack_sockaddr_in6($ARGV[1], Socket::inet_pton(PF_INET6, $ARGV[0]))
                : sockaddr_in($ARGV[1], inet_aton($ARGV[0]))) or die $!;
            $| = 1; print "connected"; sleep 3600;
            """
        return try PrivateNetwork.withRange(PortRange(endpoint.port, endpoint.port)) {
            try ListeningProcess(script, ["\(endpoint.address)", "\(endpoint.port)"])
        }
    }

    private init(_ script: String, _ arguments: [String]) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw SystemCallError("pipe", code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        let words = ["perl", "-MSocket", "-e", script] + arguments
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var pid = pid_t()
        // Threads of tests block signals, which the process would inherit.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let result = SharedEnvironment.alone {
            posix_spawnp(&pid, "perl", &actions, &attributes, &arguments, environ)
        }
        guard result == 0 else { throw SystemCallError("posix_spawn", "perl", code: result) }
        self.pid = pid
        output = ends[0]
        guard Self.isReady(output) else {
            throw SystemCallError("perl", words.dropFirst(4).joined(separator: " "), code: ETIMEDOUT)
        }
    }

    deinit {
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
        close(output)
    }

    private static func isReady(_ descriptor: Int32) -> Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var octet: UInt8 = 0
        return poll(&poller, 1, Int32(Waiting.limit.components.seconds) * 1000) == 1 && read(descriptor, &octet, 1) == 1
    }
}
