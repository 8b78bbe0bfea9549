// A filter in the kernel for destroy events, so that the daemon does not wake up for each connection of the host: classic
// BPF (Documentation/networking/filter.rst) on the netlink message. Pure.

import CLinux
import SelfConnect

/// Passes events of sockets with one of the given ports that have no remote end (servers), or whose remote end equals the
/// local one (self-connections, by their names).
struct DestroyEventFilter: Hashable {
    /// `struct sock_filter`.
    struct Instruction: Hashable {
        var code: UInt16
        /// Number of instructions to skip if the condition is true, and if it is false.
        var whenTrue: UInt8 = 0
        var whenFalse: UInt8 = 0
        var value: UInt32
    }

    /// The program.
    let instructions: [Instruction]

    /// The maximum number of ranges that fit into BPF_MAXINSNS; one range covers the remaining ones.
    private static let mostRanges = 1000

    init(passing ports: PortSet) {
        var program = Self.load16(Self.peerPort)
        let server = Self.server
        // Without a remote port, the socket was a server, or an attempt failed.
        program.append(Self.jump(BPF_JEQ, 0, skip: 0, else: UInt8(server.count)))
        program += server
        program += Self.equalNames
        program += Self.ports(Self.covering(ports.ranges))
        instructions = program
    }

    /// Requires an unspecified remote address, then continues with the ports.
    private static var server: [Instruction] {
        let words = peerAddress.flatMap { load32($0) + [jump(BPF_JEQ, 0, skip: 1, else: 0), drop] }
        return words + [Instruction(code: UInt16(BPF_JMP | BPF_JA), value: UInt32(equalNames.count))]
    }

    /// Requires the local port and address at the remote end.
    private static var equalNames: [Instruction] {
        let keep = Instruction(code: UInt16(BPF_MISC | BPF_TAX), value: 0)
        func equal(_ load: [Instruction], _ other: [Instruction]) -> [Instruction] {
            let compare = Instruction(
                code: UInt16(BPF_JMP | BPF_JEQ | BPF_X), whenTrue: 1, whenFalse: 0, value: 0)
            return load + [keep] + other + [compare, drop]
        }
        return equal(load16(peerPort), load16(ownPort))
            + zip(peerAddress, ownAddress).flatMap { equal(load32($0), load32($1)) }
    }

    private static func ports(_ ranges: [PortRange]) -> [Instruction] {
        let tests = ranges.flatMap { range in
            [
                jump(BPF_JGE, UInt32(range.first), skip: 0, else: 2),
                jump(BPF_JGT, UInt32(range.last), skip: 1, else: 0), pass,
            ]
        }
        return load16(ownPort) + tests + [drop]
    }

    private static func covering(_ ranges: [PortRange]) -> [PortRange] {
        guard ranges.count > mostRanges, let last = ranges.last else { return ranges }
        return ranges.prefix(mostRanges - 1) + [PortRange(ranges[mostRanges - 1].first, last.last)]
    }

    // MARK: Offsets in the message, after a header of 16 bytes

    private static let ownPort: UInt32 = 20
    private static let peerPort: UInt32 = 22
    private static let ownAddress: [UInt32] = [24, 28, 32, 36]
    private static let peerAddress: [UInt32] = [40, 44, 48, 52]

    // MARK: Instructions

    private static let pass = Instruction(code: UInt16(BPF_RET | BPF_K), value: .max)
    private static let drop = Instruction(code: UInt16(BPF_RET | BPF_K), value: 0)

    private static func load16(_ offset: UInt32) -> [Instruction] {
        [Instruction(code: UInt16(BPF_LD | BPF_H | BPF_ABS), value: offset)]
    }

    private static func load32(_ offset: UInt32) -> [Instruction] {
        [Instruction(code: UInt16(BPF_LD | BPF_W | BPF_ABS), value: offset)]
    }

    private static func jump(
        _ condition: Int32, _ value: UInt32, skip: UInt8, else other: UInt8
    ) -> Instruction {
        Instruction(code: UInt16(BPF_JMP | condition | BPF_K), whenTrue: skip, whenFalse: other, value: value)
    }
}
