import Glibc
import Linux
import Testing

@Suite struct ProcessUsageTests {
    @Test("The usage of this process is that of the kernel") func current() throws {
        let usage = ProcessUsage.current()
        #expect(usage.processorTime > .zero)
        #expect(try #require(usage.residentMemory) > 1 << 20)
        #expect(try #require(usage.openDescriptors) >= 3)
        #expect(usage.descriptorLimit >= 3)
    }

    // In separate processes: other tests open and close many descriptors at the same time.

    @Test("Descriptors that are open are counted") func descriptors() async {
        await #expect(processExitsWith: .success) {
            let before = try #require(ProcessUsage.current().openDescriptors)
            let files = (0..<200).map { _ in open("/dev/null", O_RDONLY | O_CLOEXEC) }
            let during = try #require(ProcessUsage.current().openDescriptors)
            files.forEach { close($0) }
            // The testing library opens and closes descriptors of its own.
            #expect(during - before > 190)
        }
    }

    @Test("Memory that is touched is resident") func memory() async {
        await #expect(processExitsWith: .success) {
            let before = try #require(ProcessUsage.current().residentMemory)
            let octets = [UInt8](repeating: 1, count: 64 << 20)
            let during = try #require(ProcessUsage.current().residentMemory)
            #expect(octets[octets.count - 1] == 1)
            #expect(during - before > 32 << 20)
        }
    }
}
