// Which container or pod a control group belongs to. Engines name the groups of their containers; the names here are those
// that their documentation and sources give (sources beside each rule).
//
// A container can make groups below its own, with any name. So the first component that names a container decides: it was
// made by the engine on the host. A user can make groups with any name as well, and so a container of a user shows whose it is.

/// A container, a machine or a pod, as its control group names it.
package struct Container: Hashable, Sendable {
    /// What runs it.
    package enum Engine: String, CaseIterable, Hashable, Sendable {
        case docker
        /// containerd without Docker, also as the runtime of Kubernetes.
        case containerd
        /// CRI-O.
        case crio
        case podman
        /// systemd-nspawn(1), and whatever else is registered with systemd-machined(8).
        case machine
        case lxc
    }

    /// What runs it; nil for a pod of which no container is known.
    package var engine: Engine?
    /// The container's identifier, shortened to 12 digits as the engines show it, or the machine's name.
    package var name: String?
    /// The pod's unique identifier, in Kubernetes.
    package var pod: String?
    /// The number of the user whose part of the tree it is in, where that user chooses the names of the groups.
    package var user: String?

    /// A container as given.
    package init(engine: Engine? = nil, name: String? = nil, pod: String? = nil, user: String? = nil) {
        self.engine = engine
        self.name = name
        self.pod = pod
        self.user = user
    }

    /// The container of the group at `path`, such as `/system.slice/docker-0123….scope`; nil for a group of none.
    package init?(controlGroup path: String) {
        var result = Container()
        var previous: Substring?
        for component in path.split(separator: "/") {
            if previous == "user.slice", result.user == nil {
                result.user = component.split(separator: "-").last.map { String($0.prefix { $0 != "." }) }
            } else if result.user == nil, let pod = Self.pod(component) {
                result.pod = pod
            } else if let (engine, name) = Self.container(component, in: previous, isInPod: result.pod != nil) {
                (result.engine, result.name) = (engine, name)
                break
            }
            previous = component
        }
        guard result.engine != nil || result.pod != nil else { return nil }
        self = result
    }

    /// `docker:0123456789ab`, or `podman:0123456789ab@1000` of the user 1000; nil if only the pod is known.
    package var text: String? {
        guard let engine, let name else { return nil }
        return "\(engine.rawValue):\(name)\(user.map { "@\($0)" } ?? "")"
    }

    // MARK: Rules

    /// `kubepods-burstable-pod<uid>.slice` with underscores in the identifier, or `pod<uid>` with the cgroupfs driver
    /// (Kubernetes, pkg/kubelet/cm/cgroup_manager_linux.go and pod_container_manager_linux.go).
    private static func pod(_ component: Substring) -> String? {
        var rest = component
        if rest.hasPrefix("kubepods"), rest.hasSuffix(".slice") {
            rest = rest.dropLast(".slice".count)
            guard let pod = rest.split(separator: "-").last, pod.hasPrefix("pod") else { return nil }
            rest = pod.dropFirst("pod".count)
        } else if rest.hasPrefix("pod") {
            rest = rest.dropFirst("pod".count)
        } else {
            return nil
        }
        let identifier = String(rest.map { $0 == "_" ? "-" : $0 })
        let isIdentifier = identifier.utf8.count >= 32 && identifier.utf8.count <= 36 && identifier.isHexadecimal("-")
        return isIdentifier ? identifier : nil
    }

    private static func container(
        _ component: Substring, in parent: Substring?, isInPod: Bool
    ) -> (Engine, String)? {
        if component.hasSuffix(".scope") { return scope(component.dropLast(".scope".count)) }
        // systemd-nspawn@.service(5).
        if component.hasPrefix("systemd-nspawn@"), component.hasSuffix(".service") {
            return (
                .machine,
                OctetEscape.hexadecimal.decoded(component.dropFirst("systemd-nspawn@".count).dropLast(".service".count))
            )
        }
        // lxc.container.conf(5), lxc.cgroup.dir.container; before LXC 4 the group was /lxc/NAME.
        if component.hasPrefix("lxc.payload.") { return (.lxc, String(component.dropFirst("lxc.payload.".count))) }
        if parent == "lxc" { return (.lxc, String(component)) }
        // Without systemd: /docker/<id>, /libpod_parent/libpod-<id>, and in a pod <id> alone, or crio-<id>.
        for (prefix, engine) in [("crio-", Engine.crio), ("libpod-", .podman)] where component.hasPrefix(prefix) {
            return short(component.dropFirst(prefix.count)).map { (engine, $0) }
        }
        guard let name = short(component) else { return nil }
        if parent == "docker" { return (.docker, name) }
        return isInPod ? (.containerd, name) : nil
    }

    /// `docker-<id>.scope` and the like, and `machine-NAME.scope` of systemd-machined(8).
    private static func scope(_ name: Substring) -> (Engine, String)? {
        let prefixes: KeyValuePairs<String, Engine> = [
            "docker-": .docker, "cri-containerd-": .containerd, "nerdctl-": .containerd, "crio-": .crio,
            "libpod-": .podman,
        ]
        for (prefix, engine) in prefixes where name.hasPrefix(prefix) {
            return short(name.dropFirst(prefix.count)).map { (engine, $0) }
        }
        return name.hasPrefix("machine-")
            ? (.machine, OctetEscape.hexadecimal.decoded(name.dropFirst("machine-".count))) : nil
    }

    /// The first 12 digits of an identifier of 64; nil for anything else, such as `conmon-<id>`, the monitor of a container.
    private static func short(_ identifier: Substring) -> String? {
        identifier.utf8.count == 64 && identifier.isHexadecimal() ? String(identifier.prefix(12)) : nil
    }
}

extension StringProtocol {
    /// Whether it consists of hexadecimal digits in lower case and of `others`.
    func isHexadecimal(_ others: String = "") -> Bool {
        let digits = Set("0123456789abcdef\(others)".utf8)
        return utf8.allSatisfy { digits.contains($0) }
    }
}
