import Configuration
import SelfConnect
import Testing

/// `namespace:` of a target.
@Suite struct NamespaceTests {
    @Test(
        "A name and the path of its file are one namespace",
        arguments: [
            ("blue", "blue"), ("/run/netns/blue", "blue"), ("/var/run/netns/blue", "blue"),
            ("/proc/812/ns/net", "/proc/812/ns/net"), ("/run/netnsblue", "/run/netnsblue"),
        ])
    func spelling(_ written: String, _ kept: String) throws {
        let targets = try configuration(target("ports: 80", "namespace: \(written)")).targets
        #expect(targets.map(\.namespace) == [kept, kept])
        #expect(NamespaceName.path(of: kept) == (kept == "blue" ? "/run/netns/blue" : written))
    }

    @Test("A target without a namespace is watched in the daemon's own") func own() throws {
        #expect(try configuration(target("ports: 80")).targets.allSatisfy { $0.namespace == nil })
    }

    @Test("An endpoint may be watched once in each namespace") func oncePerNamespace() throws {
        let text = "targets:" + ["", "blue", "green"].map { Self.entry("n\($0)", $0) }.joined()
        let targets = try configuration(text).targets
        #expect(targets.map(\.id) == [nil, "blue", "green"].map { Target.ID(Endpoint(.loopback4, 80), in: $0) })
    }

    @Test("An endpoint that is repeated in one namespace is a fault, even if the namespace is spelled differently")
    func twice() {
        let text = "targets:" + Self.entry("web", "blue") + Self.entry("other", "/run/netns/blue")
        #expect(faults(text) == ["7:12: 127.0.0.1:80 in blue is already watched by “web” (line 3)"])
    }

    @Test("An invalid namespace is a fault at its place", arguments: rows) func fault(_ row: FaultRow) {
        #expect(faults(row.yaml) == [row.fault])
    }

    static let rows = [
        FaultRow(target("ports: 80", "namespace: \"\""), "4:16: “” is not a network namespace: \(hint)"),
        FaultRow(target("ports: 80", "namespace: a/b"), "4:16: “a/b” is not a network namespace: \(hint)"),
        FaultRow(target("ports: 80", "namespace: .."), "4:16: “..” is not a network namespace: \(hint)"),
        FaultRow(target("ports: 80", "namespace: /run/netns/"), "4:16: “” is not a network namespace: \(hint)"),
        FaultRow(
            target("ports: 80", "namespace: /run/netns/../x"), "4:16: “../x” is not a network namespace: \(hint)"),
        FaultRow(target("ports: 80", "namespace: /proc/"), "4:16: “/proc/” is not the path of a file"),
        FaultRow(
            target("ports: 80", "namespace: [blue]"),
            "4:16: expected a network namespace such as blue or /run/netns/blue, found a list"),
        FaultRow(target("ports: 80", "namespaces: blue"), "4:5: unknown key “namespaces”: did you mean “namespace”?"),
    ]

    private static let hint = "write a name under /run/netns/ or an absolute path"

    private static func entry(_ name: String, _ namespace: String) -> String {
        "\n  - name: \(name)\n    ports: 80\n    addresses: 127.0.0.1"
            + (namespace.isEmpty ? "" : "\n    namespace: \(namespace)")
    }
}
