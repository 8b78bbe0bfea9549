import CLinux
import Glibc
import Linux

/// What systemd's RestrictAddressFamilies= does to a unit that leaves AF_NETLINK out.
public enum NetlinkRefusal {
    /// From now on the kernel refuses netlink sockets to the calling thread, for as long as it lives (seccomp(2)).
    public static func begin() throws {
        #if arch(x86_64)
            let (socket, prctl) = (UInt32(41), 157)
        #else
            let (socket, prctl) = (UInt32(198), 167)
        #endif
        // struct sock_filter on struct seccomp_data: the system call's number at 0, its first argument at 16.
        var program = [
            Instruction(code: 0x20, k: 0),  // load the number
            Instruction(code: 0x15, jf: 3, k: socket),  // unless it is socket(), to the end
            Instruction(code: 0x20, k: 16),  // load the family
            Instruction(code: 0x15, jf: 1, k: UInt32(AF_NETLINK)),  // unless it is netlink, to the end
            Instruction(code: 0x06, k: 0x0005_0000 | UInt32(EAFNOSUPPORT)),  // SECCOMP_RET_ERRNO
            Instruction(code: 0x06, k: 0x7FFF_0000),  // SECCOMP_RET_ALLOW
        ]
        try program.withUnsafeMutableBufferPointer { instructions in
            var program = Program(count: UInt16(instructions.count), instructions: instructions.baseAddress)
            try withUnsafeMutablePointer(to: &program) { program in
                // PR_SET_NO_NEW_PRIVS, and PR_SET_SECCOMP with SECCOMP_MODE_FILTER.
                for (option, argument, filter) in [(38, 1, 0), (22, 2, Int(bitPattern: program))] {
                    try call(prctl, option, argument, filter)
                }
            }
        }
    }

    private struct Instruction {
        var code: UInt16
        var jt: UInt8 = 0
        var jf: UInt8 = 0
        var k: UInt32
    }

    private struct Program {
        var count: UInt16
        var instructions: UnsafeMutablePointer<Instruction>?
    }

    private static func call(_ number: Int, _ option: Int, _ argument: Int, _ filter: Int) throws {
        typealias Call = @convention(c) (Int, Int, Int, Int, Int, Int) -> Int
        guard let symbol = dlsym(nil, "syscall") else { throw SystemCallError("dlsym", "syscall", code: ENOENT) }
        let call = unsafeBitCast(symbol, to: Call.self)
        guard call(number, option, argument, filter, 0, 0) == 0 else {
            throw SystemCallError("prctl", "\(option)", code: errno)
        }
    }
}
