// What a socket load balancer does: an eBPF program at connect() that leads a connection to another port, and one at
// getpeername() that hides it. It acts on the processes of one control group alone, which has no other than a test's child.

import CSupport
import Glibc
import Linux

/// eBPF programs that rewrite ports for the processes of a control group, for both families; detached with this value.
public final class PortRewriting: Sendable {
    private let links: [Int32]

    /// Why no program can be attached here; nil if one can.
    public static let hindrance: String? = {
        guard ScratchControlGroup.isAvailable else { return "needs a writable cgroup2 hierarchy" }
        do {
            let group = try ScratchControlGroup("")
            _ = try PortRewriting(in: group, from: 1, to: 2, hidesPeer: true)
            return nil
        } catch {
            return "needs the right to load eBPF programs (CAP_BPF, CAP_NET_ADMIN): \(error)"
        }
    }()

    /// Whether one can be: for `.enabled(if:)`.
    public static var isAvailable: Bool { hindrance == nil }

    /// Leads connections to the port `from` to the port `to` of the same address; with `hidesPeer`, getpeername() says
    /// `from` all the same.
    public init(in group: ScratchControlGroup, from: UInt16, to: UInt16, hidesPeer: Bool) throws {
        let folder = open(group.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw SystemCallError("open", group.folder, code: errno) }
        defer { close(folder) }
        let connect = [CSUPPORT_CONNECT4, CSUPPORT_CONNECT6].map { ($0, from, to) }
        let peer = [CSUPPORT_GETPEERNAME4, CSUPPORT_GETPEERNAME6].map { ($0, to, from) }
        var links: [Int32] = []
        for (when, from, to) in hidesPeer ? connect + peer : connect {
            let link = csupport_rewrite_port(folder, when, from, to)
            guard link >= 0 else {
                let code = errno
                for link in links { close(link) }
                throw SystemCallError("bpf", code: code)
            }
            links.append(link)
        }
        self.links = links
    }

    deinit { for link in links { close(link) } }
}
