import SelfConnect
import Testing

@Suite struct SysctlFilesTests {
    @Test(
        "The last assignment of the key is read in every spelling, and other keys are recognised",
        arguments: [
            ("", nil, false), ("# net.ipv4.ip_local_reserved_ports = 1\n; x = 2\n", nil, false),
            ("net.ipv4.ip_local_reserved_ports=1,2\n", "1,2", false),
            (" - net/ipv4/ip_local_reserved_ports =  1-4 \n", "1-4", false),
            ("net.ipv4.ip_local_reserved_ports = 1\nnet.ipv4.ip_local_reserved_ports = 2", "2", false),
            ("net.ipv4.ip_local_reserved_ports =\n", "", false),
            ("kernel.sysrq = 1\nnet.ipv4.ip_local_reserved_ports = 2", "2", true),
            ("-net.ipv4.conf.*.rp_filter\n", nil, true),
        ] as [(String, String?, Bool)])
    func assignments(_ text: String, _ value: String?, _ hasOthers: Bool) {
        let assignments = SysctlAssignments(of: text)
        #expect(assignments.reservedPorts == value && assignments.hasOthers == hasOthers)
    }

    @Test("Files are read in the order of their names, and a file in /etc hides others of the same name") func order() {
        let paths = [
            "/usr/lib/sysctl.d/50-a.conf", "/etc/sysctl.d/50-a.conf", "/run/sysctl.d/95-b.conf",
            "/etc/sysctl.d/90-c.conf",
            "/usr/local/lib/sysctl.d/10-d.conf",
        ]
        #expect(
            SysctlOrder.reading(paths) == [
                "/usr/local/lib/sysctl.d/10-d.conf", "/etc/sysctl.d/50-a.conf", "/etc/sysctl.d/90-c.conf",
                "/run/sysctl.d/95-b.conf",
            ])
    }

    @Test(
        "The root of a file is known only in a sysctl.d directory",
        arguments: [
            ("/etc/sysctl.d/90-x.conf", ""), ("/mnt/image/etc/sysctl.d/90-x.conf", "/mnt/image"),
            ("/tmp/90-x.conf", nil),
            ("90-x.conf", nil),
        ] as [(String, String?)])
    func root(_ path: String, _ root: String?) {
        #expect(SysctlOrder.root(of: path) == root)
    }
}
