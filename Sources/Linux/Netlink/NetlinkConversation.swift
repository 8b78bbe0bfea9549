import CLinux

/// One request and the kernel's reply, as a state machine: datagrams in, records and the end out.
///
/// Any process of the namespace can send to our netlink socket, and replies to an abandoned request may still arrive.
/// Messages that are not from the kernel or not for this request are ignored.
struct NetlinkConversation {
    /// The state of the reply.
    enum Progress: Equatable {
        /// More datagrams follow.
        case unfinished
        /// The reply is complete.
        case finished
        /// The table changed during the dump (NLM_F_DUMP_INTR): records may be missing. Repeat the request.
        case interrupted
        /// The kernel returned this error.
        case refused(Int32)
    }

    let sequence: UInt32
    let isDump: Bool
    private var wasInterrupted = false

    init(sequence: UInt32, isDump: Bool) {
        self.sequence = sequence
        self.isDump = isDump
    }

    /// Processes a datagram from the socket with port id `sender`; calls `body` with the type and the payload of each
    /// record.
    mutating func process(
        _ datagram: RawSpan, from sender: UInt32,
        _ body: (UInt16, RawSpan) throws(SystemCallError) -> Void
    ) throws(SystemCallError) -> Progress {
        guard sender == 0 else { return .unfinished }
        var isFinished = false
        var isInterrupted = wasInterrupted
        var refusal: Int32?
        let (sequence, isDump) = (sequence, isDump)
        try NetlinkMessage.forEach(in: datagram) { header, payload throws(SystemCallError) in
            guard header.sequence == sequence, !isFinished else { return }
            if header.flags & UInt16(NLM_F_DUMP_INTR) != 0 { isInterrupted = true }
            switch header.type {
            case NetlinkMessage.noop: break
            case NetlinkMessage.done, NetlinkMessage.error:
                isFinished = true
                // NLMSG_DONE of older kernels has no payload.
                guard header.type == NetlinkMessage.error || payload.byteCount >= 4 else { return }
                let code = try NetlinkMessage.errorNumber(in: payload)
                refusal = code == 0 ? nil : code
            default:
                try body(header.type, payload)
                isFinished = !isDump
            }
        }
        wasInterrupted = isInterrupted
        if let refusal { return .refused(refusal) }
        guard isFinished else { return .unfinished }
        return wasInterrupted ? .interrupted : .finished
    }
}
