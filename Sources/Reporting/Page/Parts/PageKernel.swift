import SelfConnect

/// The kernel facts.
enum PageKernel {
    private static let longest = 400

    static func html(_ snapshot: Snapshot) -> String {
        let facts = snapshot.kernel
        let reserved = "\(facts.reservedPorts)"
        let ports = facts.reservedPorts.count
        var rows = [
            ("Ephemeral range", "\(facts.ephemeralRange), \(facts.ephemeralRange.count) ports"),
            ("Reserved ports", ports == 0 ? "none" : reserved.utf8.count <= longest ? reserved : "\(ports) ports"),
            ("Kernel", HTMLEscaping.escaped(facts.release)),
            ("Directed probe", facts.directedProbe ? "yes" : "no: this kernel has no IP_LOCAL_PORT_RANGE"),
            ("Sockets of others", facts.sockets.rawValue + (facts.showsBoundSockets ? "" : ", without bound ones")),
        ]
        if let width = facts.stepWidth { rows.append(("Port step width", "\(width)")) }
        if facts.autobindReuse { rows.append(("net.ipv4.ip_autobind_reuse", "1")) }
        if let last = snapshot.drift.last {
            rows.append(("Changed", "\(snapshot.drift.count) times, last \(PageTime.html(last))"))
        }
        return """
            <section aria-labelledby="kernel">
            <h2 id="kernel">The kernel's choice of ports</h2>
            <p class="quiet">\(PortParity(facts).sentence)</p>
            <dl>\(rows.map { "<dt>\($0)</dt><dd>\($1)</dd>" }.joined(separator: "\n"))</dl>
            </section>
            """
    }
}
