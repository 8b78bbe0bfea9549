import SelfConnect
import Testing

@Suite struct SystemdUnitTests {
    @Test(arguments: [
        ("/system.slice/ssh.service", "ssh.service"),
        ("/init.scope", "init.scope"),
        ("/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service"),
        ("/system.slice/cups.socket", "cups.socket"),
        ("/system.slice/var-lib-docker.mount", "var-lib-docker.mount"),
        ("/user.slice/user-1000.slice/session-2.scope", "session-2.scope"),
        ("/user.slice/user-1000.slice/user@1000.service", "user@1000.service"),
        ("/user.slice/user-1000.slice/user@1000.service/init.scope", "user@1000.service"),
        ("/user.slice/user-1000.slice/user@1000.service/app.slice/web.service", "web.service"),
        ("/user.slice/user-1000.slice/user@1000.service/app.slice/app-org.x.slice/a.scope", "a.scope"),
        ("/system.slice/docker-0123abcd.scope", "docker-0123abcd.scope"),
        (
            "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/cri-containerd-ab.scope",
            "cri-containerd-ab.scope"
        ),
        ("/machine.slice/systemd-nspawn@a.service/payload/system.slice/b.service", "systemd-nspawn@a.service"),
        ("/system.slice/jenkins.service/jobs/1", "jenkins.service"),
        (#"/system.slice/dev-disk-by\x2dlabel-a.swap"#, #"dev-disk-by\x2dlabel-a.swap"#),
        ("/system.slice/_cpu.service", "cpu.service"),
    ]) func `the unit is the first component after the slices`(_ path: String, _ unit: String) {
        #expect(SystemdUnit(ofControlGroup: path)?.name == unit)
    }

    @Test(arguments: [
        "/", "", "/docker/0123abcd", "/user.slice", "/system.slice/payload", "/kubepods/besteffort/pod1/ab.scope",
        "/.service", "/system.slice/.service", "/a.txt", "/../..",
        "/system.slice/" + String(repeating: "a", count: 250) + ".service",
    ]) func `a group that systemd did not create has no unit`(_ path: String) {
        #expect(SystemdUnit(ofControlGroup: path) == nil)
    }

    @Test(
        arguments: [
            ("/user.slice/user-1000.slice/user@1000.service/app.slice/web.service", "1000"),
            ("/user.slice/user-1000.slice/user@1000.service", nil),
            ("/system.slice/web.service", nil),
            ("/system.slice/web.service/user@0.service", nil),
        ] as [(String, String?)]) func `a unit of a user's manager has the user's number`(
            _ path: String, _ user: String?
        )
    {
        #expect(SystemdUnit(ofControlGroup: path)?.user == user)
    }
}
