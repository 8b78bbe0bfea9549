// The kernel's announcements of destroyed TCP sockets (`sock_diag_broadcast_destroy`): `struct inet_diag_msg` with
// INET_DIAG_INFO, one to a message, without a request. Pure.

import CLinux
import Glibc
import SelfConnect

/// Reads destroy events.
enum DestroyEventCodec {
    /// SKNLGRP_INET_TCP_DESTROY and SKNLGRP_INET6_TCP_DESTROY.
    static let groups = [Int32(SKNLGRP_INET_TCP_DESTROY.rawValue), Int32(SKNLGRP_INET6_TCP_DESTROY.rawValue)]

    /// Calls `body` with each event of a datagram from the socket with port id `sender`. Other processes can send to a netlink
    /// socket, too: their datagrams are ignored.
    static func forEach(
        in datagram: RawSpan, from sender: UInt32, _ body: (DestroyEvent) -> Void
    ) throws(SystemCallError) {
        guard sender == 0 else { return }
        try NetlinkMessage.forEach(in: datagram) { header, payload throws(SystemCallError) in
            guard header.type == SockDiagCodec.requestType else { return }
            if let event = try event(payload) { body(event) }
        }
    }

    /// One event; nil for an unknown family or a message without counters.
    static func event(_ payload: RawSpan) throws(SystemCallError) -> DestroyEvent? {
        guard let socket = try SockDiagCodec.record(payload) else { return nil }
        let information = try SockDiagCodec.information(payload)
        guard let counters = information.counters else { return nil }
        return DestroyEvent(
            local: socket.local, peer: socket.peer, counters: counters,
            unread: payload.load(56),  // idiag_rqueue
            isProbe: information.maxPacingRate == UInt64(ProbeMark.pacingRate))
    }
}
