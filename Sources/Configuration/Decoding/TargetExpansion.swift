// Expands the entries of the file to single endpoints.
//
// An endpoint is watched only once per network namespace: two entries could give it different names and client kinds.
// The check needs a table lookup per endpoint, so their number is limited first.

import SelfConnect

/// The endpoints of all entries, and the faults that involve several entries.
struct TargetExpansion {
    /// Maximum number of targets; each is probed in every interval.
    static let maximumTargets = 10_000

    private struct Owner {
        let name: String?
        let entry: Int
        let line: Int
    }

    private var targets: [Target] = []
    private var owners: [Target.ID: Owner] = [:]

    /// Expands the entries in the order of the file; reports duplicate names and endpoints.
    static func targets(of entries: [TargetEntry], _ report: Diagnostics) -> [Target] {
        refuseRepeatedNames(entries, report)
        var expansion = TargetExpansion()
        var total = 0
        for (index, entry) in entries.enumerated() {
            total += entry.count
            guard total <= maximumTargets else {
                let place = entry.ports.first?.position ?? Position(line: 1, column: 1)
                report.add("too many targets: \(total) up to here, at most \(maximumTargets)", at: place)
                break
            }
            expansion.add(entry, number: index, report)
        }
        return expansion.targets
    }

    private static func refuseRepeatedNames(_ entries: [TargetEntry], _ report: Diagnostics) {
        var lines: [String: Int] = [:]
        for name in entries.compactMap(\.name) {
            guard let position = name.position else { continue }
            if let line = lines[name.value] {
                report.add("the name \(name.value.quoted) is taken: it stands on line \(line) already", at: position)
            } else {
                lines[name.value] = position.line
            }
        }
    }

    private mutating func add(_ entry: TargetEntry, number: Int, _ report: Diagnostics) {
        let clients = Set(entry.clients.map(\.value))
        for ports in entry.ports {
            guard let position = ports.position else { continue }
            let owner = Owner(name: entry.name?.value, entry: number, line: position.line)
            var duplicates: [(target: Target, owner: Owner)] = []
            for port in ports.value.ports {
                for address in entry.addresses {
                    let target = Target(
                        name: entry.name?.value ?? "", endpoint: Endpoint(address, port), clients: clients,
                        namespace: entry.namespace, server: entry.server, isGuarded: entry.isGuarded.value)
                    if let first = owners[target.id] {
                        duplicates.append((target, first))
                        continue
                    }
                    owners[target.id] = owner
                    targets.append(target)
                }
            }
            if let first = duplicates.first {
                let message = Self.duplicateMessage(first.target, first.owner, in: number)
                report.add(message + Self.addition(others: duplicates.count - 1), at: position)
            }
        }
    }

    private static func addition(others: Int) -> String {
        switch others {
        case 0: ""
        case 1: ", and so is one more of these endpoints"
        default: ", and so are \(others) more of these endpoints"
        }
    }

    private static func duplicateMessage(_ target: Target, _ owner: Owner, in entry: Int) -> String {
        let place = target.namespace.map { " in \($0)" } ?? ""
        let isSameEntry = owner.entry == entry
        let name = isSameEntry ? "this target" : owner.name?.quoted ?? "another target"
        return "\(target.endpoint)\(place) is already watched by \(name) (line \(owner.line))"
    }
}
