// Which systemd unit a control group belongs to: the rules of systemd's own cg_path_get_unit() and
// cg_path_get_user_unit() (src/basic/cgroup-util.c).

/// Reads unit names out of control group paths.
public enum SystemdUnit {
    private static let suffixes: Set<Substring> = [
        "service", "socket", "scope", "mount", "automount", "swap", "target", "timer", "path", "device", "slice",
    ]

    /// The unit of the group at `path`: the first component behind the slices, so that what a service or a container
    /// makes of its own part of the tree counts as that service. A user's manager is not the end: the units that it
    /// runs are told themselves. Nil where there is no unit.
    ///
    /// The name is as systemctl(1) takes it: `\x2d` and its like stay.
    public static func name(ofControlGroup path: String) -> String? {
        var components = path.split(separator: "/")[...]
        guard let unit = next(&components) else { return nil }
        guard unit.hasPrefix("user@"), let inner = next(&components), inner != "init.scope" else {
            return String(unit)
        }
        return String(inner)
    }

    private static func next(_ components: inout ArraySlice<Substring>) -> Substring? {
        while let component = components.popFirst() {
            let name = unescaped(component)
            guard let suffix = suffix(of: name) else { return nil }
            if suffix != "slice" { return name }
        }
        return nil
    }

    /// systemd puts an underscore before names that the kernel could take for its own files (`cg_escape`).
    private static func unescaped(_ component: Substring) -> Substring {
        component.hasPrefix("_") ? component.dropFirst() : component
    }

    private static func suffix(of name: Substring) -> Substring? {
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex, name.utf8.count < 256 else { return nil }
        let suffix = name[name.index(after: dot)...]
        return suffixes.contains(suffix) ? suffix : nil
    }
}
