// What files of sysctl.d(5) assign to the reserved list, and which of them wins.

/// The assignments of one sysctl.d file.
package struct SysctlAssignments: Hashable, Sendable {
    /// The value of the last assignment to `net.ipv4.ip_local_reserved_ports`; nil where the file has none.
    package private(set) var reservedPorts: String?
    /// Whether the file has lines besides, for other keys.
    package private(set) var hasOthers = false

    /// Reads a file. A key may have slashes for its dots, and a hyphen before it: then errors are ignored.
    package init(of text: some StringProtocol) {
        for line in text.split(whereSeparator: \.isNewline) {
            let line = Self.trimmed(Substring(line))
            guard let first = line.first, first != "#", first != ";" else { continue }
            let key = Self.trimmed(line.prefix { $0 != "=" }.drop { $0 == "-" })
            // The first separator decides which of the two separates (sysctl.d(5)).
            let separator = key.first { $0 == "." || $0 == "/" } ?? "."
            guard line.contains("="), key.split(separator: separator) == LastingRemedy.key.split(separator: ".") else {
                hasOthers = true
                continue
            }
            reservedPorts = String(Self.trimmed(line.drop { $0 != "=" }.dropFirst()))
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

/// The directories of sysctl.d(5), and the order in which their files are read.
package enum SysctlOrder {
    /// From the strongest on: a file hides those of the same name in the directories behind its own.
    package static let directories = ["/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d"]

    /// Read after all of these by `sysctl --system` of procps (sysctl(8)); systemd-sysctl(8) does not read it.
    package static let last = "/etc/sysctl.conf"

    /// The paths in the order in which they are read: by name, whatever the directory. The last assignment wins.
    package static func reading(_ paths: [String]) -> [String] {
        var byName: [String: String] = [:]
        for path in paths {
            let rank = rank(of: path)
            let name = name(of: path)
            if let other = byName[name], self.rank(of: other) <= rank { continue }
            byName[name] = path
        }
        // As octets, as strcmp(3) does.
        return byName.values.sorted { name(of: $0).utf8.lexicographicallyPrecedes(name(of: $1).utf8) }
    }

    /// The root of the tree in whose sysctl.d directory a file is: `/mnt` for `/mnt/etc/sysctl.d/90-x.conf`; nil where no
    /// tool reads it.
    package static func root(of path: String) -> String? {
        let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return directories.first { directory.hasSuffix($0) }.map { String(directory.dropLast($0.count)) }
    }

    private static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "" }

    private static func rank(of path: String) -> Int {
        let directory = path.dropLast(name(of: path).count + 1)
        return directories.firstIndex { directory.hasSuffix($0) } ?? directories.count
    }
}
