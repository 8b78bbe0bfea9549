/// What ends an exposure: telling the kernel not to choose the port.
public enum Remedy {
    private static let key = "net.ipv4.ip_local_reserved_ports"

    /// The assignment that reserves `ports`, as an argument of sysctl(8): without spaces, because BusyBox's sysctl takes
    /// what stands before the equals sign, spaces included, for the key. Writing ip_local_reserved_ports replaces the
    /// whole list, so the line names what is reserved already as well.
    public static func line(reserving ports: PortSet, besides reserved: PortSet) -> String {
        "\(key)=\(reserved.union(ports))"
    }

    /// The line that reserves one port besides; nil where that would leave clients less than half of the range.
    public static func line(reserving port: UInt16, on kernel: KernelFacts) -> String? {
        let ports = PortSet(ports: [port])
        guard !kernel.clientPorts(reserving: ports).isLessThanHalf else { return nil }
        return line(reserving: ports, besides: kernel.reservedPorts)
    }

    /// The assignment as a line of a sysctl.d file, in the form that these have (sysctl.d(5)); BusyBox reads that too.
    public static func fileLine(reserving ports: PortSet, besides reserved: PortSet) -> String {
        "\(key) = \(reserved.union(ports))"
    }
}
