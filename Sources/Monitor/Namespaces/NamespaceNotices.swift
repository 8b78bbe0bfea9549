/// Decides what is reported of namespaces that cannot be watched: one message for each reason, when it arises.
struct NamespaceNotices {
    /// What keeps namespaces from being watched.
    enum Hindrance: Hashable {
        /// None can be entered, for this reason.
        case entry(String)
        /// The namespaces of some processes are hidden.
        case hiddenProcesses
        /// There are more than are looked at.
        case limit
    }

    private var reported: Set<Hindrance> = []

    /// The notices that are due with these hindrances.
    mutating func due(_ hindrances: Set<Hindrance>) -> [WatchNotice] {
        defer { reported = hindrances }
        return hindrances.subtracting(reported).map { WatchNotice(message: Self.text($0), isResolved: false) }
            .sorted { $0.message < $1.message }
    }

    private static func text(_ hindrance: Hindrance) -> String {
        switch hindrance {
        case .entry(let error):
            "other network namespaces cannot be entered: \(error); discover.namespaces needs CAP_SYS_ADMIN, which"
                + " systemd/namespaces.conf grants"
        case .hiddenProcesses:
            "the network namespaces of some processes are hidden: discover.namespaces needs CAP_SYS_PTRACE, which"
                + " systemd/namespaces.conf grants, to see those that have no file under /run/netns"
        case .limit: "there are more network namespaces or processes than are looked at; the rest is not watched"
        }
    }
}
