// Acts like a socket load balancer: an eBPF program at connect() redirects a connection to another port, and one at
// getpeername() hides that. It only affects the processes of one control group, which only contains a test's child.

import CSupport
import Glibc
import Linux

/// eBPF programs that rewrite ports for the processes of a control group, for both families; detached with this value.
package final class PortRewriting: Sendable {
    private let links: [Int32]

    /// Why no program can be attached here; nil if one can.
    package static let hindrance: String? = {
        guard ScratchControlGroup.isAvailable else { return "needs a writable cgroup2 hierarchy" }
        do {
            let group = try ScratchControlGroup("")
            _ = try PortRewriting(in: group, from: 1, to: 2, hidesPeer: true)
            return nil
        } catch {
            return "needs the right to load eBPF programs (CAP_BPF, CAP_NET_ADMIN): \(error)"
        }
    }()

    /// Whether a program can be attached: for `.enabled(if:)`.
    package static var isAvailable: Bool { hindrance == nil }

    /// Redirects connections from the port `from` to the port `to` of the same address; with `hidesPeer`, getpeername()
    /// still returns `from`.
    package init(in group: ScratchControlGroup, from: UInt16, to: UInt16, hidesPeer: Bool) throws {
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
