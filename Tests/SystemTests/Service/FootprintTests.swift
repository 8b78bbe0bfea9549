import Linux
import TestSupport
import Testing

extension TimeTests {
    /// The resource usage of the daemon in the long run. SELFCONNECTD_SOAK=600 observes it for ten minutes.
    @Suite struct FootprintTests {
        @Test(
            "Probing 50 ports every second leaves no TIME_WAIT, no descriptor, and almost no memory",
            .enabled(if: PrivateNetwork.isAvailable),
            .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
        func footprint() throws {
            let seconds = Binary.soak ?? 30
            try PrivateNetwork.run {
                var daemon = try RunningDaemon(
                    """
                    probe: {interval: 1s, loop: {interval: 5s, cpu: 5%}}
                    targets: [{name: many, ports: 40100-40124}]
                    """)
                // The first passes, loops and responses grow buffers that then stay.
                Thread.sleep(.seconds(max(6, seconds / 20)))
                let probes = try #require(try daemon.metric(Self.probes))
                let descriptors = try daemon.leastDescriptorCount()
                let memory = try daemon.ownMemory()
                Thread.sleep(.seconds(seconds))
                let done = try #require(try daemon.metric(Self.probes)) - probes
                // The connections of curl are not the daemon's, but it may still be closing the last one.
                let isSettled = try Waiting.holds { try daemon.descriptorCount() == descriptors }
                let now = try daemon.descriptorCount()
                #expect(isSettled, "\(now) descriptors, \(descriptors) at first")
                let growth = try daemon.ownMemory() - memory
                #expect(growth < 1 << 20, "grew by \(growth) octets")
                #expect(try SocketStates.timeWaitCount(apartFrom: [9293]) == 0)
                // 50 endpoints, four client kinds each.
                #expect(done >= Double(seconds) * 200 * 0.9)
                print(
                    "footprint: \(seconds) s, \(Int(done)) directed probes, \(descriptors) descriptors,",
                    "\(memory / 1024) KiB of its own, grew by \(growth / 1024) KiB")
                #expect(daemon.stop().end == .exited(0))
            }
        }

        private static let probes = "selfconnect_probes_total{method=\"directed\"}"
    }
}
