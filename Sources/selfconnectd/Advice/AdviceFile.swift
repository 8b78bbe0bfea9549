// Advice written to a file of sysctl.d(5): what the file had besides is kept, and other files that assign the same key are
// named, with the one that wins.

import Glibc
import Linux
import Reporting
import SelfConnect

/// A sysctl.d file that is to have the advice.
struct AdviceFile {
    /// What became of it.
    enum Outcome {
        /// It was as it should be.
        case unchanged
        /// It was replaced.
        case written
        /// It would be without an assignment, and was left alone.
        case withheld
    }

    let path: String
    /// What the file reserves now.
    let present: PortSet
    private let text: String?

    private static let limit = 1 << 20

    /// Reads the file, if it exists.
    ///
    /// - Throws: a sentence, if what it has cannot be kept.
    init(_ path: String) throws(ParseError) {
        let path = OutputFile.resolved(path)
        self.path = path
        do throws(SystemCallError) {
            text = try Self.read(path)
        } catch {
            guard error.code == ENOENT else { throw ParseError("\(error)") }
            text = nil
        }
        let assignments = SysctlAssignments(of: text ?? "")
        guard !assignments.hasOthers else {
            throw ParseError("\(path) has assignments of other keys, which would be lost: choose another file")
        }
        do throws(ParseError) {
            present = try PortSet(kernelText: assignments.reservedPorts ?? "")
        } catch {
            throw ParseError("\(path): \(error.message)")
        }
    }

    private static func read(_ path: String) throws(SystemCallError) -> String {
        String(decoding: try KernelFile.withMode(path, limit: limit).bytes, as: UTF8.self)
    }

    /// What it is to have; nil where there is nothing to assign.
    func content(_ advices: [Advice]) -> String? {
        let isEmpty = present.isEmpty && advices.first { $0.namespace == nil }?.isEmpty ?? true
        return isEmpty ? nil : AdviceText.file(advices, keeping: present)
    }

    /// Whether it reserves what it is to reserve: comments name what is in use at the moment, and do not count.
    func isCurrent(_ advices: [Advice]) -> Bool {
        content(advices).map { SysctlAssignments(of: $0).reservedPorts == "\(present)" } ?? true
    }

    /// Replaces it, unless it would be without an assignment.
    func write(_ advices: [Advice]) throws(SystemCallError) -> Outcome {
        guard let content = content(advices), SysctlAssignments(of: content).reservedPorts != nil else {
            return .withheld
        }
        guard content != text else { return .unchanged }
        try OutputFile.replace(path, with: [UInt8](content.utf8))
        return .written
    }

    /// Other files that assign the key in the same tree, and which of them all wins, line by line.
    func rivals() -> [String] {
        guard let root = SysctlOrder.root(of: path) else { return [] }
        let paths = SysctlOrder.directories.flatMap { directory in
            ((try? Directory.names(in: root + directory, atMost: Self.fileLimit)) ?? []).filter { $0.hasSuffix(".conf") }
                .map { "\(root)\(directory)/\($0)" }
        }
        let all = SysctlOrder.reading(paths + [path])
        let assigning = all.filter { other in
            other == path || SysctlAssignments(of: (try? Self.read(other)) ?? "").reservedPorts != nil
        }
        guard let winner = assigning.last else { return [] }
        return rivals(assigning.filter { $0 != path }, winner) + lastRival(root + SysctlOrder.last, winner)
    }

    private func rivals(_ others: [String], _ winner: String) -> [String] {
        guard !others.isEmpty else { return [] }
        let key = LastingRemedy.key
        guard winner == path else {
            return ["\(winner) assigns \(key) too, is read after \(path) and wins: \(Self.cure)"]
        }
        return ["\(others.joined(separator: ", ")) assigns \(key) too; \(path) is read later and wins"]
    }

    /// /etc/sysctl.conf, unless the file that wins is a link to it, as 99-sysctl.conf often is.
    private func lastRival(_ file: String, _ winner: String) -> [String] {
        guard let text = try? Self.read(file), SysctlAssignments(of: text).reservedPorts != nil,
            OutputFile.resolved(winner) != OutputFile.resolved(file)
        else { return [] }
        return [
            "\(file) assigns \(LastingRemedy.key) too: it wins with sysctl --system, which reads it last; \(winner) wins with"
                + " systemd-sysctl, which does not read it unless a link in sysctl.d leads there: \(Self.cure)"
        ]
    }

    /// How many files of a directory are looked at.
    private static let fileLimit = 10_000

    private static let cure = "move its ports here and remove its line"
}
