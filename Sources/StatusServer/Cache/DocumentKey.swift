import Reporting
import SelfConnect

/// Identifies a document of a snapshot.
struct DocumentKey: Hashable {
    let route: Route
    /// What the client selected, in one spelling: a filter can be written in any number of ways. Empty: everything.
    private(set) var selection = ""
    let isPretty: Bool

    /// All that the route has.
    init(route: Route, isPretty: Bool = false) {
        self.route = route
        self.isPretty = isPretty
    }

    /// Whether there is one such document per route, so that clients cannot cause any number of them.
    var isFixed: Bool { selection.isEmpty && !isPretty }

    /// Whether it may have any number of targets: a client's choice of a list. One target is little.
    var isCostly: Bool { route != .target && route != .targetPage }

    /// The slice of the targets with these grades (nil: all), or of another list.
    func selecting(_ grades: [TargetList.Grade]? = nil, slice: ListSlice) -> DocumentKey {
        let words = grades?.map { "\($0.verdict.rawValue) \($0.severity.rawValue)" }.joined(separator: ",")
        return selecting(words == nil && slice == .all ? "" : "\(words ?? "all")\0\(slice)")
    }

    /// The target of this name. No namespace and an empty one are different requests.
    func selecting(_ name: String, in namespace: String?) -> DocumentKey {
        selecting("\(name)\0\(namespace.map { "in \($0)" } ?? "")")
    }

    /// The page of this target, renewed or not.
    func selecting(_ name: String, in namespace: String?, isRenewed: Bool) -> DocumentKey {
        let target = selecting(name, in: namespace)
        return isRenewed ? target : selecting("\(target.selection)\0still")
    }

    /// The page with what a query asks for.
    func selecting(_ query: PageQuery) -> DocumentKey { selecting(query.text) }

    private func selecting(_ selection: String) -> DocumentKey {
        var key = self
        key.selection = selection
        return key
    }
}
