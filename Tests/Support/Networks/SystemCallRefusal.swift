import CLinux
import Glibc
import Linux

/// System calls that a filter denies, like systemd's RestrictAddressFamilies= or security modules.
package enum SystemCallRefusal {
    /// A denied call.
    package enum Call: Sendable {
        /// socket(2) of a family.
        case socket(Int32)
        /// sendto(2): each netlink request.
        case sendto

        #if arch(x86_64)
            fileprivate var number: UInt32 { if case .sendto = self { 44 } else { 41 } }
        #else
            fileprivate var number: UInt32 { if case .sendto = self { 206 } else { 198 } }
        #endif
    }

    /// From now on the kernel denies netlink sockets to the calling thread.
    package static func beginWithNetlink() throws { try begin([.socket(AF_NETLINK)], with: EAFNOSUPPORT) }

    /// From now on the kernel returns an error for these calls of the calling thread, until the thread ends
    /// (seccomp(2)).
    package static func begin(_ calls: [Call], with code: Int32) throws {
        #if arch(x86_64)
            let prctl = 157
        #else
            let prctl = 167
        #endif
        // struct sock_filter on struct seccomp_data: the system call's number at 0, its first argument at 16.
        var program: [Instruction] = []
        let refuse = Instruction(code: 0x06, k: 0x0005_0000 | UInt32(code))  // SECCOMP_RET_ERRNO
        for call in calls {
            program.append(Instruction(code: 0x20, k: 0))  // load the number
            if case .socket(let family) = call {
                program.append(Instruction(code: 0x15, jf: 3, k: call.number))  // if not equal, skip to the next call
                program.append(Instruction(code: 0x20, k: 16))  // load the family
                program.append(Instruction(code: 0x15, jf: 1, k: UInt32(family)))
            } else {
                program.append(Instruction(code: 0x15, jf: 1, k: call.number))
            }
            program.append(refuse)
        }
        program.append(Instruction(code: 0x06, k: 0x7FFF_0000))  // SECCOMP_RET_ALLOW
        try program.withUnsafeMutableBufferPointer { instructions in
            var program = Program(count: UInt16(instructions.count), instructions: instructions.baseAddress)
            try withUnsafeMutablePointer(to: &program) { program in
                // PR_SET_NO_NEW_PRIVS, and PR_SET_SECCOMP with SECCOMP_MODE_FILTER.
                for (option, argument, filter) in [(38, 1, 0), (22, 2, Int(bitPattern: program))] {
                    try perform(prctl, option, argument, filter)
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

    private static func perform(_ number: Int, _ option: Int, _ argument: Int, _ filter: Int) throws {
        typealias Call = @convention(c) (Int, Int, Int, Int, Int, Int) -> Int
        guard let symbol = dlsym(nil, "syscall") else { throw SystemCallError("dlsym", "syscall", code: ENOENT) }
        let call = unsafeBitCast(symbol, to: Call.self)
        guard call(number, option, argument, filter, 0, 0) == 0 else {
            throw SystemCallError("prctl", "\(option)", code: errno)
        }
    }
}
