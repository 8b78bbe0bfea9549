// The kernel facts about port choice.

import CLinux
import Glibc
package import SelfConnect

/// Reads the kernel facts in the calling thread's network namespace.
package struct KernelSurvey: Sendable {
    private let root: String
    private let wantedSource: KernelFacts.SocketSource?
    private let facts: KernelFacts
    /// Whether all queries succeeded. Otherwise the survey should be repeated: descriptors or memory may have been
    /// short temporarily.
    package let isCertain: Bool

    /// Determines the kernel's features, which do not change.
    ///
    /// - Parameters:
    ///   - root: the directory of the sysctls.
    ///   - source: the source of the sockets; nil: the best one available.
    package init(root: String = "/proc/sys", source: KernelFacts.SocketSource? = nil) {
        self.root = root
        wantedSource = source
        var facts = KernelFacts(release: SystemName().release, rangeWalksBothParities: nil)
        let hasLocalPortRange = Self.hasLocalPortRange()
        facts.directedProbe = hasLocalPortRange ?? false
        facts.isDirectedProbeUnknown = hasLocalPortRange == nil
        (facts.sockets, facts.showsBoundSockets) = Self.bestSource(among: source.map { [$0] } ?? [.sockDiag, .procNet])
        if facts.directedProbe, let range = try? Self.readRange(Self.directory(root)) {
            facts.restoresPortState = PortStateExperiment.restoresState(in: range) ?? false
            facts.rangeWalksBothParities = RangeParityExperiment.walksBothParities(in: range)
        }
        isCertain = hasLocalPortRange != nil && facts.sockets == source ?? .sockDiag
        self.facts = facts
    }

    /// A new survey with the same parameters.
    package func askedAgain() -> KernelSurvey { KernelSurvey(root: root, source: wantedSource) }

    /// The source of the sockets.
    package var source: KernelFacts.SocketSource { facts.sockets }

    /// The current facts.
    package func read() throws(SystemCallError) -> KernelFacts {
        var facts = facts
        let directory = Self.directory(root)
        facts.ephemeralRange = try Self.readRange(directory)
        let reserved = try Self.optional(directory, "ip_local_reserved_ports") { try? PortSet(kernelText: $0) }
        facts.reservedPorts = reserved ?? PortSet()
        facts.stepWidth = try Self.optional(directory, "ip_local_port_step_width", Self.number)
        if facts.stepWidth == 0 { facts.stepWidth = nil }
        let reuse = try Self.optional(directory, "ip_autobind_reuse", Self.number)
        facts.autobindReuse = reuse.map { $0 != 0 } ?? false
        return facts
    }

    /// The minimum that a directed probe needs to be harmless: the current range and the kernel's features. Omits the
    /// reserved ports.
    package func readRange() throws(SystemCallError) -> KernelFacts {
        var facts = facts
        facts.ephemeralRange = try Self.readRange(Self.directory(root))
        return facts
    }

    /// The sysctls of port choice.
    private static func directory(_ root: String) -> KernelDirectory { KernelDirectory(root + "/net/ipv4") }

    private static func readRange(_ directory: borrowing KernelDirectory) throws(SystemCallError) -> PortRange {
        try value(directory, "ip_local_port_range", range)
    }

    private static func number(_ text: String) -> Int? { Int(text.filter { !$0.isWhitespace }) }

    /// `32768	60999`.
    private static func range(_ text: String) -> PortRange? {
        let ends = text.split(whereSeparator: \.isWhitespace).compactMap { UInt16($0) }
        // 0 is not a port: such a file is invalid.
        guard ends.count == 2, ends[0] > 0, ends[0] <= ends[1] else { return nil }
        return PortRange(ends[0], ends[1])
    }

    private static func optional<Value>(
        _ directory: borrowing KernelDirectory, _ name: String, _ parse: (String) -> Value?
    ) throws(SystemCallError) -> Value? {
        do throws(SystemCallError) {
            return try value(directory, name, parse)
        } catch  where error.code == ENOENT {
            return nil
        }
    }

    private static func value<Value>(
        _ directory: borrowing KernelDirectory, _ name: String, _ parse: (String) -> Value?
    ) throws(SystemCallError) -> Value {
        let text = try directory.text(name)
        guard let value = parse(text) else {
            let subject = "\(directory.path)/\(name): unexpected contents “\(text.prefix(40))”"
            throw SystemCallError("read", subject, code: EBADMSG)
        }
        return value
    }

    /// The first source that works, and whether it shows sockets that are only bound. A netlink socket may be available
    /// although requests fail: the kernel module tcp_diag may be missing.
    private static func bestSource(
        among sources: [KernelFacts.SocketSource]
    ) -> (source: KernelFacts.SocketSource, showsBoundSockets: Bool) {
        if sources.contains(.sockDiag), var sockets = try? SockDiag(), let shows = try? sockets.showsBoundSockets() {
            return (.sockDiag, shows)
        }
        if sources.contains(.procNet), (try? ProcNet().table(port: 1)) != nil { return (.procNet, false) }
        return (.none, false)
    }

    /// Whether sockets support the option. The kernel release does not determine this: it was backported to stable
    /// kernels. Nil: no socket could be created for the test.
    private static func hasLocalPortRange() -> Bool? {
        do throws(SystemCallError) {
            let socket = try TCPSocket(for: .loopback4)
            try socket.setLocalPortRange(PortRange(32768, 32768))
            return true
        } catch {
            return error.code == ENOPROTOOPT ? false : nil
        }
    }
}
