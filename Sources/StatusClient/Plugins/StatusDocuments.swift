// The documents of the daemon that plug-ins request. They come from another process, possibly of another version:
// unknown values must not be treated as success.

import FoundationEssentials
import Reporting
package import SelfConnect

extension StatusFacts {
    /// Parses `/v1/summary`.
    ///
    /// - Throws: a predicate, to be prefixed with the daemon's address: `answered with something that is not JSON`.
    package init(json: [UInt8]) throws(ParseError) {
        let document: SummaryDocument = try Self.document(json)
        guard document.service.name == Version.name else { throw Self.foreign }
        let summary = document.summary
        guard let severities = summary.bySeverity, let mostSevere = summary.mostSevere else {
            throw ParseError(
                "has no counts by severity in /v1/summary: the daemon is older than this program"
                    + " (\(Version.text)); update it, or restart it if the update is installed")
        }
        self.init(
            verdicts: try Self.counts(summary.byVerdict, "verdict"),
            severities: try Self.counts(severities, "severity"),
            mostSevere: try Self.targets(mostSevere))
        guard total == summary.targets, self.severities.values.reduce(0, +) == total else { throw Self.foreign }
        unwatchedSelfConnections = max(0, summary.unwatchedSelfConnections ?? 0)
        isReady = document.service.ready
        isHealthy = document.service.healthy
        fault = document.service.fault
        lastReloadSuccessful = document.service.config.lastReloadSuccessful
        reloadFault = document.service.config.fault
    }

    /// Parses the targets of `/v1/targets`.
    ///
    /// - Throws: a predicate.
    package static func targets(json: [UInt8]) throws(ParseError) -> [Target] {
        let document: TargetsDocument = try document(json)
        return try targets(document.targets)
    }

    private static func targets(_ documents: [TargetDocument]) throws(ParseError) -> [Target] {
        var targets: [Target] = []
        for document in documents {
            targets.append(
                Target(
                    name: document.name, endpoint: document.endpoint, namespace: document.namespace,
                    verdict: try word(document.verdict, "verdict"), severity: try word(document.severity, "severity"),
                    firstStep: document.firstStep))
        }
        return targets
    }

    private static func counts<Word: RawRepresentable<String>>(
        _ counts: [String: Int], _ kind: String
    ) throws(ParseError) -> [Word: Int] {
        var known: [Word: Int] = [:]
        for (text, count) in counts {
            guard (0...countLimit).contains(count) else { throw foreign }
            known[try word(text, kind)] = count
        }
        return known
    }

    /// More targets than a daemon watches.
    private static let countLimit = 1_000_000

    private static let foreign = ParseError("answered with JSON that is not the status of \(Version.name)")

    private static func document<Document: Decodable>(_ json: [UInt8]) throws(ParseError) -> Document {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(Document.self, from: Data(json))
        } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
            throw ParseError("answered with something that is not JSON")
        } catch {
            throw foreign
        }
    }

    /// A value of an enumeration that this version knows.
    private static func word<Word: RawRepresentable<String>>(
        _ text: String, _ kind: String
    ) throws(ParseError) -> Word {
        guard let word = Word(rawValue: text) else {
            throw ParseError("returned the unknown \(kind) “\(text.prefix(40))” (this is \(Version.text))")
        }
        return word
    }
}

/// The keys of `/v1/summary` that are used.
private struct SummaryDocument: Decodable {
    struct Service: Decodable {
        struct Config: Decodable {
            let lastReloadSuccessful: Bool
            let fault: String?
        }

        let name: String
        let healthy: Bool
        let fault: String?
        let ready: Bool
        let config: Config
    }

    struct Summary: Decodable {
        let targets: Int
        let byVerdict: [String: Int]
        // Older daemons do not send these.
        let bySeverity: [String: Int]?
        let mostSevere: [TargetDocument]?
        let unwatchedSelfConnections: Int?
    }

    let service: Service
    let summary: Summary
}

/// The keys of `/v1/targets` that are used.
private struct TargetsDocument: Decodable {
    let targets: [TargetDocument]
}

private struct TargetDocument: Decodable {
    let name: String
    let endpoint: String
    let namespace: String?
    let verdict: String
    let severity: String
    let firstStep: String?
}
