import CLinux
import Glibc
import SelfConnect
import Testing

@testable import Linux

@Suite struct NetlinkConversationTests {
    @Test("A dump is finished by NLMSG_DONE, in the same datagram or a later one") func done() throws {
        var conversation = NetlinkConversation(sequence: Recorded.sequence, isDump: true)
        var ports: [UInt16] = []
        #expect(try conversation.process(Recorded.listener4 + Recorded.bound4, &ports) == .unfinished)
        #expect(try conversation.process(Recorded.listener6, &ports) == .unfinished)
        #expect(try conversation.process(Recorded.done, &ports) == .finished)
        #expect(ports == [40100, 40110, 40104])
    }

    @Test("The response to a single request needs no NLMSG_DONE") func single() throws {
        var conversation = NetlinkConversation(sequence: Recorded.sequence, isDump: false)
        var ports: [UInt16] = []
        #expect(try conversation.process(Recorded.selfConnected4, &ports) == .finished)
        #expect(ports == [40130])
    }

    @Test("The response to another request is ignored") func wrongSequence() throws {
        var conversation = NetlinkConversation(sequence: Recorded.sequence + 1, isDump: true)
        var ports: [UInt16] = []
        #expect(try conversation.process(Recorded.listener4 + Recorded.done, &ports) == .unfinished)
        #expect(ports.isEmpty)
    }

    @Test("An error of another request is ignored") func wrongSequenceOfError() throws {
        var conversation = NetlinkConversation(sequence: 4711, isDump: true)
        var ports: [UInt16] = []
        #expect(try conversation.process(Recorded.shortRequest, &ports) == .unfinished)
    }

    @Test("A message of another process is ignored, even if it is malformed") func foreignSender() throws {
        var conversation = NetlinkConversation(sequence: Recorded.sequence, isDump: true)
        var ports: [UInt16] = []
        #expect(try conversation.process(Recorded.listener4 + Recorded.done, from: 6702, &ports) == .unfinished)
        #expect(try conversation.process([1, 2, 3], from: 6702, &ports) == .unfinished)
        #expect(ports.isEmpty)
    }

    @Test("An interrupted dump has to be requested again", arguments: [0, 1, 2])
    func interrupted(message: Int) throws {
        var messages = [Recorded.listener4, Recorded.bound4, Recorded.done]
        messages[message][6] |= UInt8(NLM_F_DUMP_INTR)  // nlmsg_flags
        var conversation = NetlinkConversation(sequence: Recorded.sequence, isDump: true)
        var ports: [UInt16] = []
        #expect(try conversation.process(Array(messages.joined()), &ports) == .interrupted)
    }

    @Test("An interruption is remembered across datagrams") func interruptedEarlier() throws {
        var first = Recorded.listener4
        first[6] |= UInt8(NLM_F_DUMP_INTR)
        var conversation = NetlinkConversation(sequence: Recorded.sequence, isDump: true)
        var ports: [UInt16] = []
        #expect(try conversation.process(first, &ports) == .unfinished)
        #expect(try conversation.process(Recorded.done, &ports) == .interrupted)
    }

    @Test("The errno in NLMSG_DONE is a result") func errorInDone() throws {
        var conversation = NetlinkConversation(sequence: 8, isDump: true)
        var ports: [UInt16] = []
        #expect(try conversation.process(Recorded.doneWithError, &ports) == .refused(ENOENT))
    }

    @Test("NLMSG_DONE of older kernels without an errno is accepted") func doneWithoutPayload() throws {
        let done = [16, 0, 0, 0] + Recorded.done[4..<16]
        var conversation = NetlinkConversation(sequence: Recorded.sequence, isDump: true)
        var ports: [UInt16] = []
        #expect(try conversation.process(done, &ports) == .finished)
    }

    @Test("The errno of NLMSG_ERROR is a result") func error() throws {
        var conversation = NetlinkConversation(sequence: 9, isDump: false)
        var ports: [UInt16] = []
        #expect(try conversation.process(Recorded.shortRequest, &ports) == .refused(EINVAL))
    }

    @Test("NLMSG_ERROR with 0 is an acknowledgement") func acknowledgement() throws {
        var message = Recorded.shortRequest
        message.replaceSubrange(16..<20, with: Int32(0).octets)
        var conversation = NetlinkConversation(sequence: 9, isDump: false)
        var ports: [UInt16] = []
        #expect(try conversation.process(message, &ports) == .finished)
    }

    @Test("Records after the end are ignored") func afterTheEnd() throws {
        var conversation = NetlinkConversation(sequence: Recorded.sequence, isDump: true)
        var ports: [UInt16] = []
        #expect(try conversation.process(Recorded.bound4 + Recorded.done + Recorded.listener4, &ports) == .finished)
        #expect(ports == [40110])
    }

    @Test("NLMSG_NOOP is ignored") func noop() throws {
        var noop = Recorded.done
        noop[4] = 1  // nlmsg_type
        var conversation = NetlinkConversation(sequence: Recorded.sequence, isDump: true)
        var ports: [UInt16] = []
        #expect(try conversation.process(noop, &ports) == .unfinished)
        #expect(ports.isEmpty)
    }

    @Test("A malformed datagram from the kernel is a fault") func malformed() {
        var conversation = NetlinkConversation(sequence: Recorded.sequence, isDump: true)
        var ports: [UInt16] = []
        #expect(throws: SystemCallError.self) { try conversation.process([1, 2, 3], &ports) }
    }
}

extension NetlinkConversation {
    /// Processes a datagram and collects the ports of its sockets.
    fileprivate mutating func process(
        _ datagram: [UInt8], from sender: UInt32 = 0, _ ports: inout [UInt16]
    ) throws(SystemCallError) -> Progress {
        try process(datagram.span.bytes, from: sender) { _, payload throws(SystemCallError) in
            if let socket = try SockDiagCodec.record(payload) { ports.append(socket.local.port) }
        }
    }
}
