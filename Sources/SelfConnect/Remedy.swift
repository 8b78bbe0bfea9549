/// What ends an exposure: telling the kernel not to choose the port.
public enum Remedy {
    /// The sysctl line that reserves `ports`. Writing ip_local_reserved_ports replaces the whole list, so the line
    /// names what is reserved already as well.
    public static func line(reserving ports: PortSet, besides reserved: PortSet) -> String {
        "net.ipv4.ip_local_reserved_ports = \(reserved.union(ports))"
    }
}
