import Probing
import SelfConnect

/// Which network namespaces a command examines.
enum NamespaceSelection: Hashable {
    /// The own one and those of configured targets.
    case configured
    /// The one with this name.
    case one(String)
    /// Those of the whole host.
    case all
}

/// The network namespaces that a command examines.
struct SelectedNamespaces {
    /// The own one is nil.
    private(set) var names: [String?] = []
    /// What keeps others from being found, line by line.
    private(set) var faults: [String] = []

    /// Finds the namespaces, and notes in `surveys` where they are.
    init(_ selection: NamespaceSelection, of targets: [Target], for surveys: inout NamespaceSurveys) {
        switch selection {
        case .one(let name): names = [name]
        case .configured, .all:
            names = [nil] + Target.byNamespace(targets).filter { $0.namespace != nil }.map(\.namespace)
        }
        var host = HostNamespaces()
        if selection == .all { add(&host, to: &surveys) }
        for case let name? in names where surveys.places[name] == nil { surveys.places[name] = host.place(of: name) }
    }

    private mutating func add(_ host: inout HostNamespaces, to surveys: inout NamespaceSurveys) {
        _ = host.refresh()
        let known = Set(names)
        for entry in host.entries where !known.contains(entry.label.text) {
            surveys.places[entry.label.text] = entry.place
            names.append(entry.label.text)
        }
        if host.hiddenProcesses > 0 {
            let processes = host.hiddenProcesses == 1 ? "1 process" : "\(host.hiddenProcesses) processes"
            faults.append("the network namespaces of \(processes) are hidden: to see them takes CAP_SYS_PTRACE")
        }
        if host.isTruncated { faults.append("there are more network namespaces or processes than are looked at") }
    }
}
