/// Ends an exposure by reserving the port, so that the kernel does not choose it.
public enum Remedy {
    private static let key = "net.ipv4.ip_local_reserved_ports"

    /// The assignment that reserves `ports`, as an argument of sysctl(8): without spaces, because BusyBox's sysctl
    /// would include them in the key. Writing ip_local_reserved_ports replaces the whole list, so the line includes the
    /// ports that are already reserved.
    public static func line(reserving ports: PortSet, besides reserved: PortSet) -> String {
        "\(key)=\(reserved.union(ports))"
    }

    /// The line that reserves one more port; nil if that leaves clients less than half of the range.
    public static func line(reserving port: UInt16, on kernel: KernelFacts) -> String? {
        let ports = PortSet(ports: [port])
        guard !kernel.clientPorts(reserving: ports).isLessThanHalf else { return nil }
        return line(reserving: ports, besides: kernel.reservedPorts)
    }

    /// The assignment as a line of a sysctl.d file, in the usual format (sysctl.d(5)), which BusyBox also accepts.
    public static func fileLine(reserving ports: PortSet, besides reserved: PortSet) -> String {
        "\(key) = \(reserved.union(ports))"
    }
}
