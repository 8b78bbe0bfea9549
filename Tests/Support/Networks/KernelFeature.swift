// Features of the running kernel, determined by asking it: they decide what a test expects, or why it is skipped.

import CLinux
import Glibc
import Linux
import SelfConnect

/// A feature that kernels have since some version (docs/kernel-facts.md).
package enum KernelFeature {
    /// Whether sockets support IP_LOCAL_PORT_RANGE (Linux 6.3, 6.1.31).
    package static let hasLocalPortRange: Bool = {
        let descriptor = Descriptor(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        var range: UInt32 = 0
        let size = socklen_t(MemoryLayout<UInt32>.size)
        return setsockopt(descriptor.number, Int32(IPPROTO_IP), Int32(IP_LOCAL_PORT_RANGE), &range, size) == 0
    }()

    /// Why a test that needs it is skipped.
    package static let noLocalPortRange = "this kernel has no IP_LOCAL_PORT_RANGE"

    /// Whether network namespaces have a cookie, SO_NETNS_COOKIE (Linux 5.14).
    package static let hasNamespaceCookie: Bool = {
        let descriptor = Descriptor(owning: socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        var cookie: UInt64 = 0
        var size = socklen_t(MemoryLayout<UInt64>.size)
        return getsockopt(descriptor.number, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) == 0
    }()

    /// Whether sock_diag shows sockets that are only bound (Linux 6.8).
    package static let showsBoundSockets: Bool = {
        let answer = try? PrivateNetwork.run {
            var diag = try SockDiag()
            return try diag.showsBoundSockets()
        }
        return answer ?? false
    }()

    /// Whether the kernel forgets a bind() beside a connection when its socket closes (some version after 6.12).
    package static let restoresPortState: Bool = {
        let answer = try? PrivateNetwork.run { try KernelSurvey().read().restoresPortState }
        return answer ?? false
    }()

    /// The sysctl that makes connect() advance by random steps (Linux 7.3).
    package static let portStepWidth = "net/ipv4/ip_local_port_step_width"

    /// Whether the kernel has it.
    package static let hasPortStepWidth = access("/proc/sys/" + portStepWidth, F_OK) == 0

    /// Whether clients with IP_LOCAL_PORT_RANGE get ports of both parities (Linux 6.8).
    package static let rangeWalksBothParities: Bool = {
        let answer = try? PrivateNetwork.run { try KernelSurvey().read().rangeWalksBothParities }
        return (answer ?? nil) ?? false
    }()
}
