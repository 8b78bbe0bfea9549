// Maps control groups to systemd units, with the rules of systemd's cg_path_get_unit() and cg_path_get_user_unit()
// (src/basic/cgroup-util.c).

/// The unit of a control group.
package struct SystemdUnit: Hashable, Sendable {
    /// In the format of systemctl(1): escapes such as `\x2d` are kept.
    package let name: String
    /// The number of the user whose service manager has the unit; nil: the system's manager, which also has the managers of
    /// users, user@UID.service.
    package let user: String?

    private static let suffixes: Set<Substring> = [
        "service", "socket", "scope", "mount", "automount", "swap", "target", "timer", "path", "device", "slice",
    ]

    /// The unit of the group at `path`: the first component after the slices, so that groups created by a service or a
    /// container count as that service. For units of a user's service manager, returns that unit instead of the
    /// manager. Nil if there is no unit.
    package init?(ofControlGroup path: String) {
        var components = path.split(separator: "/")[...]
        guard let unit = Self.next(&components) else { return nil }
        guard unit.hasPrefix("user@"), let inner = Self.next(&components), inner != "init.scope" else {
            (name, user) = (String(unit), nil)
            return
        }
        name = String(inner)
        user = String(unit.dropFirst("user@".count).prefix { $0 != "." })
    }

    private static func next(_ components: inout ArraySlice<Substring>) -> Substring? {
        while let component = components.popFirst() {
            let name = unescaped(component)
            guard let suffix = suffix(of: name) else { return nil }
            if suffix != "slice" { return name }
        }
        return nil
    }

    /// systemd adds an underscore before names that conflict with files of the kernel (`cg_escape`).
    private static func unescaped(_ component: Substring) -> Substring {
        component.hasPrefix("_") ? component.dropFirst() : component
    }

    private static func suffix(of name: Substring) -> Substring? {
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex, name.utf8.count < 256 else { return nil }
        let suffix = name[name.index(after: dot)...]
        return suffixes.contains(suffix) ? suffix : nil
    }
}
