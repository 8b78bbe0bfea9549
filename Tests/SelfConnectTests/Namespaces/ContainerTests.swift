import SelfConnect
import Testing

@Suite struct ContainerTests {
    private static let id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    private static let uid = "7d3c2b1a-0f9e-4d8c-8b7a-6f5e4d3c2b1a"
    private static let slice = "kubepods-burstable-pod7d3c2b1a_0f9e_4d8c_8b7a_6f5e4d3c2b1a.slice"
    private static let short = "0123456789ab"

    struct Row: CustomTestStringConvertible, Sendable {
        var path: String
        var container: Container?
        var testDescription: String { path }

        init(_ path: String, _ container: Container?) { (self.path, self.container) = (path, container) }
    }

    @Test(arguments: [
        Row("/system.slice/docker-\(id).scope", Container(engine: .docker, name: short)),
        Row("/docker/\(id)", Container(engine: .docker, name: short)),
        Row("/system.slice/nerdctl-\(id).scope", Container(engine: .containerd, name: short)),
        Row(
            "/kubepods.slice/kubepods-burstable.slice/\(slice)/cri-containerd-\(id).scope",
            Container(engine: .containerd, name: short, pod: uid)),
        Row(
            "/kubepods.slice/kubepods-burstable.slice/\(slice)/crio-\(id).scope/container",
            Container(engine: .crio, name: short, pod: uid)),
        Row("/kubepods/burstable/pod\(uid)/\(id)", Container(engine: .containerd, name: short, pod: uid)),
        Row("/kubepods/pod\(uid)/crio-\(id)", Container(engine: .crio, name: short, pod: uid)),
        Row("/kubepods.slice/kubepods-besteffort.slice/\(slice)", Container(pod: uid)),
        Row("/machine.slice/libpod-\(id).scope/container", Container(engine: .podman, name: short)),
        Row("/libpod_parent/libpod-\(id)", Container(engine: .podman, name: short)),
        Row("/libpod_parent/\(id)/libpod-\(id)/container", Container(engine: .podman, name: short)),
        Row("/libpod_parent/conmon", nil),
        Row(
            "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-\(id).scope",
            Container(engine: .podman, name: short, user: "1000")),
        Row("/machine.slice/systemd-nspawn@web.service/payload", Container(engine: .machine, name: "web")),
        Row(#"/machine.slice/machine-my\x2dbox.scope"#, Container(engine: .machine, name: "my-box")),
        Row("/lxc.payload.blue/system.slice/ssh.service", Container(engine: .lxc, name: "blue")),
        Row("/lxc/blue", Container(engine: .lxc, name: "blue")),
        // The monitor of a container is on the host.
        Row("/machine.slice/libpod-conmon-\(id).scope", nil),
        Row("/system.slice/docker.service", nil),
        Row("/system.slice/docker-short.scope", nil),
        Row("/", nil),
        Row("", nil),
    ])
    func `A control group identifies its container`(_ row: Row) {
        #expect(Container(controlGroup: row.path) == row.container)
    }

    @Test func `A group that a container creates with the name of another container is ignored`() {
        let other = String(Self.id.reversed())
        let group = "/system.slice/docker-\(Self.id).scope/docker-\(other).scope"
        #expect(Container(controlGroup: group)?.text == "docker:\(Self.short)")
    }

    @Test func `A user cannot imitate a container of the host or a pod`() {
        let base = "/user.slice/user-1000.slice/user@1000.service"
        #expect(Container(controlGroup: "\(base)/docker-\(Self.id).scope")?.text == "docker:\(Self.short)@1000")
        #expect(Container(controlGroup: "\(base)/pod\(Self.uid)") == nil)
    }
}
