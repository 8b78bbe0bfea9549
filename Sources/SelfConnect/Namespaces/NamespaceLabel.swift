// How a network namespace of the host is named that no configuration names: from what people know it by.

/// What is known about a namespace that a name can be made of.
package struct NamespaceClues: Hashable, Sendable {
    /// Files that stand for it, such as `/run/netns/blue`.
    package var files: [String]
    /// The control group of one of its processes.
    package var controlGroup: String?
    /// The host name in the UTS namespace of that process.
    package var hostName: String?

    /// Clues as given.
    package init(files: [String] = [], controlGroup: String? = nil, hostName: String? = nil) {
        self.files = files
        self.controlGroup = controlGroup
        self.hostName = hostName
    }

    /// The container or the pod of that process.
    package var container: Container? { controlGroup.flatMap { Container(controlGroup: $0) } }
}

/// The name of a network namespace: the label `netns`.
package struct NamespaceLabel: Hashable, Sendable {
    /// What it was made from, the best first.
    package enum Origin: String, CaseIterable, Hashable, Sendable {
        /// A file under /run/netns that a person named.
        case file
        /// The host name of a pod, or its unique identifier.
        case pod
        /// A container or a machine.
        case container
        /// A systemd unit, such as a service with PrivateNetwork=.
        case unit
        /// A file with a generated name.
        case generatedFile = "generated-file"
        /// The number of its inode.
        case inode
        /// The daemon's own, without a name.
        case own

        /// Whether a better name may still appear: the namespace of a container is made before its first process.
        package var isProvisional: Bool { self == .generatedFile || self == .inode }
    }

    /// The name.
    package var text: String
    /// What it was made from.
    package var origin: Origin

    /// A label as given.
    package init(_ text: String, _ origin: Origin) {
        self.text = text
        self.origin = origin
    }

    /// The best name that the clues give.
    package init(inode: UInt64, _ clues: NamespaceClues) {
        let names = clues.files.compactMap { try? NamespaceName.parse($0) }
        if let name = names.first(where: { !$0.hasPrefix("/") && !Self.isGenerated($0) }) {
            self.init(name, .file)
        } else if let pod = clues.container?.pod {
            self.init("pod:" + (clues.hostName.flatMap(Self.hostName) ?? pod), .pod)
        } else if let name = clues.container?.text {
            self.init(name, .container)
        } else if let unit = clues.controlGroup.flatMap(SystemdUnit.init(ofControlGroup:)) {
            // Users name the units of their own managers: the label shows the user, as that of a container does.
            self.init("unit:\(unit.name)\(unit.user.map { "@\($0)" } ?? "")", .unit)
        } else if let name = names.min() {
            self.init(name, .generatedFile)
        } else {
            self.init("net:[\(inode)]", .inode)
        }
    }

    /// The same with the inode's number, for a second namespace with this name: two of one unit, or of one pod's name.
    package func distinguished(by inode: UInt64) -> NamespaceLabel { NamespaceLabel("\(text)#\(inode)", origin) }

    /// `cni-<uuid>` of the CNI plugins and `netns-<uuid>` of podman.
    private static func isGenerated(_ name: String) -> Bool {
        ["cni-", "netns-"].contains { prefix in
            name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + 36
                && name.dropFirst(prefix.count).isHexadecimal("-")
        }
    }

    /// The host name is the container's to choose: nothing but a name of RFC 1123 is taken.
    private static func hostName(_ text: String) -> String? {
        let isOne =
            !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
        return isOne ? text : nil
    }
}
