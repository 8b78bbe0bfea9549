// A datagram gives the same sockets however its messages are put into datagrams; what is not the kernel's, or not for
// this request, gives none; the same holds for announcements of destroyed sockets; and a line of /proc/net/tcp gives the same socket whatever is behind its fields.

import Driver

@testable import Linux
@testable import SelfConnect

/// How a conversation went.
struct Outcome: Equatable {
    var sockets: [SocketRecord] = []
    var progress = NetlinkConversation.Progress.unfinished
}

/// Takes datagrams until the answer ends; nil if one of them is a fault.
func outcome(_ datagrams: [[UInt8]], from sender: UInt32 = 0, sequence: UInt32, isDump: Bool) -> Outcome? {
    var conversation = NetlinkConversation(sequence: sequence, isDump: isDump)
    var outcome = Outcome()
    for datagram in datagrams where outcome.progress == .unfinished {
        do throws(SystemCallError) {
            outcome.progress = try conversation.process(datagram.span.bytes, from: sender) {
                _, payload throws(SystemCallError) in
                if let socket = try SockDiagCodec.record(payload) {
                    outcome.sockets.append(socket)
                    _ = try SockDiagCodec.information(payload)
                }
            }
        } catch {
            return nil
        }
    }
    return outcome
}

/// The messages of a datagram, each as one of its own; and the sequence number of the first.
func messages(of datagram: [UInt8]) -> (messages: [[UInt8]], sequence: UInt32?) {
    var messages: [[UInt8]] = []
    var sequence: UInt32?
    var offset = 0
    try? NetlinkMessage.forEach(in: datagram.span.bytes) { header, payload throws(SystemCallError) in
        let end = offset + NetlinkHeader.size + payload.byteCount
        precondition(end <= datagram.count, "a message ends behind its datagram")
        messages.append(Array(datagram[offset..<end]))
        sequence = sequence ?? header.sequence
        offset = (end + 3) & ~3
    }
    return (messages, sequence)
}

func testDatagram(_ datagram: [UInt8]) {
    let (messages, first) = messages(of: datagram)
    let sequence = first ?? 1
    for isDump in [true, false] {
        if let whole = outcome([datagram], sequence: sequence, isDump: isDump) {
            let parts = outcome(messages, sequence: sequence, isDump: isDump)
            precondition(whole == parts, "the outcome depends on the datagrams")
        }
        let foreign = outcome([datagram], from: 4711, sequence: sequence, isDump: isDump)
        precondition(foreign == Outcome(), "a foreign sender was heard")
    }
}

/// The destroy events of these datagrams; nil if one of them is a fault.
func destroyEvents(_ datagrams: [[UInt8]], from sender: UInt32 = 0) -> [DestroyEvent]? {
    var events: [DestroyEvent] = []
    for datagram in datagrams {
        do throws(SystemCallError) {
            try DestroyEventCodec.forEach(in: datagram.span.bytes, from: sender) { events.append($0) }
        } catch {
            return nil
        }
    }
    return events
}

func testAnnouncement(_ datagram: [UInt8]) {
    if let whole = destroyEvents([datagram]) {
        let parts = destroyEvents(messages(of: datagram).messages)
        precondition(whole == parts, "the events depend on the datagrams")
        for event in whole where event.meaning == .selfConnection || event.meaning == .ambiguous {
            precondition(
                event.local == event.peer && !event.isProbe, "a self-connection of two endpoints, or a probe's")
        }
    }
    precondition(destroyEvents([datagram], from: 4711)?.isEmpty ?? true, "a foreign sender was heard")
}

func testLine(_ line: [UInt8]) {
    guard let socket = ProcNetLine.record(line.span.bytes) else { return }
    precondition(socket.local.address.isIPv6 == socket.peer.address.isIPv6, "a socket of two families")
    let longer = line + Array(" 1 0 100".utf8)
    precondition(ProcNetLine.record(longer.span.bytes) == socket, "what is behind the fields counts")
}

func test(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    let octets = Array(UnsafeBufferPointer(start: data, count: size))
    testDatagram(octets)
    testAnnouncement(octets)
    testLine(octets)
    return 0
}

fuzz(test)
