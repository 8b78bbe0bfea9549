import CLinux
import Glibc
import SelfConnect
import TestSupport
import Testing

@testable import Linux

@Suite struct DescriptorTests {
    @Test("A descriptor closes with its owner") func closes() throws {
        let number: Int32
        do {
            let descriptor = try Descriptor.open(reading: "/dev/null")
            number = descriptor.number
            #expect(fcntl(number, F_GETFD) != -1)
        }
        #expect(fcntl(number, F_GETFD) == -1 || !Self.isNull(number))
    }

    @Test("A released descriptor is not closed") func release() throws {
        let descriptor = try Descriptor.open(reading: "/dev/null")
        let number = descriptor.release()
        #expect(Self.isNull(number))
        close(number)
    }

    @Test("Reading returns the available data, then the end") func read() throws {
        let folder = try TemporaryFolder()
        let descriptor = try Descriptor.open(reading: folder.write([1, 2, 3], to: "file"))
        var buffer = [UInt8](repeating: 0, count: 8)
        let counts = try [1, 2].map { _ in try buffer.withUnsafeMutableBytes { try descriptor.read(into: $0) } }
        #expect(counts == [3, 0])
        #expect(buffer.prefix(3) == [1, 2, 3])
    }

    @Test("Reading a non-blocking descriptor without data returns nil") func nothingNow() throws {
        let descriptor = Descriptor(owning: eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC)))
        var buffer = [UInt8](repeating: 0, count: 8)
        #expect(try buffer.withUnsafeMutableBytes { try descriptor.read(into: $0) } == nil)
    }

    @Test("A missing file is an error that names it") func missing() {
        #expect(throws: SystemCallError("open", "/nowhere", code: ENOENT)) {
            _ = try Descriptor.open(reading: "/nowhere")
        }
    }

    @Test(
        "No descriptor is inherited by a child process",
        .enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
    func closeOnExec() throws {
        // On a thread with its own descriptor table: other tests open and close descriptors at the same time.
        let (count, leaked) = try PrivateNetwork.run {
            let before = Self.descriptors()
            let file = try Descriptor.open(reading: "/dev/null")
            let socket = try TCPSocket(for: .loopback4)
            let server = try ListeningSocket(Endpoint(.loopback4, 0))
            let netlink = try NetlinkSocket(protocol: NETLINK_SOCK_DIAG)
            let poller = try Poller()
            let signal = try WakeSignal()
            let namespace = try NetworkNamespace.current()
            let ours = Self.descriptors().subtracting(before)
            let listing = try Command.run("ls", "-l", "/proc/self/fd")
            withExtendedLifetime((server, file.number, socket.number, signal.number)) {}
            extendLifetime(netlink)
            extendLifetime(poller)
            extendLifetime(namespace)
            return (ours.count, ours.filter { listing.contains(" \($0)\n") })
        }
        #expect(count >= 7)
        #expect(leaked.isEmpty)
    }

    /// The thread's open descriptors and their targets, as printed by ls.
    private static func descriptors() -> Set<String> {
        Set(
            (0..<1024).compactMap { number in
                var target = [CChar](repeating: 0, count: 256)
                guard readlink("/proc/thread-self/fd/\(number)", &target, 255) > 0 else { return nil }
                return "\(number) -> \(String(decoding: target.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self))"
            })
    }

    /// Whether a number is open and refers to /dev/null: another test may have got the number meanwhile.
    private static func isNull(_ number: Int32) -> Bool {
        var status = stat()
        var null = stat()
        return fstat(number, &status) == 0 && stat("/dev/null", &null) == 0 && status.st_rdev == null.st_rdev
    }
}
