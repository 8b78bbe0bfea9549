// What a plug-in takes of /v1/status. The document comes from another process, perhaps of another version: what is not
// understood must not pass for good news.

import FoundationEssentials
import Reporting
package import SelfConnect

/// What decides how a daemon and its targets are.
package struct StatusFacts: Sendable, Hashable {
    /// A target.
    package struct Target: Sendable, Hashable {
        /// What people call it.
        package var name: String
        /// Its endpoint.
        package var endpoint: String
        /// The network namespace that it is watched in; nil: the daemon's own.
        package var namespace: String?
        /// What its evidence means.
        package var verdict: Verdict
        /// How much that matters.
        package var severity: Severity

        /// A target as given.
        package init(
            name: String, endpoint: String, namespace: String? = nil, verdict: Verdict, severity: Severity
        ) {
            self.name = name
            self.endpoint = endpoint
            self.namespace = namespace
            self.verdict = verdict
            self.severity = severity
        }
    }

    /// Whether its first pass is complete.
    package var isReady: Bool
    /// Whether every loop of it makes progress.
    package var isHealthy: Bool
    /// Why it is not healthy, where it says so.
    package var fault: String?
    /// Whether the last load of the configuration went well.
    package var lastReloadSuccessful: Bool
    /// What is wrong with it, where it says so.
    package var reloadFault: String?
    /// The targets, in the daemon's order.
    package var targets: [Target]

    /// Facts as given.
    package init(
        isReady: Bool = true, isHealthy: Bool = true, fault: String? = nil, lastReloadSuccessful: Bool = true,
        reloadFault: String? = nil, targets: [Target]
    ) {
        self.isReady = isReady
        self.isHealthy = isHealthy
        self.fault = fault
        self.lastReloadSuccessful = lastReloadSuccessful
        self.reloadFault = reloadFault
        self.targets = targets
    }
}

extension StatusFacts {
    /// Reads `/v1/status`.
    ///
    /// - Throws: what is wrong with it, to be read after the daemon's address: `answered with something that is not JSON`.
    package init(json: [UInt8]) throws(ParseError) {
        let document = try Self.document(json)
        guard document.service.name == Version.name else { throw Self.foreign }
        self.init(
            isReady: document.service.ready, isHealthy: document.service.healthy, fault: document.service.fault,
            lastReloadSuccessful: document.service.config.lastReloadSuccessful,
            reloadFault: document.service.config.fault, targets: [])
        targets.reserveCapacity(document.targets.count)
        for target in document.targets {
            targets.append(
                Target(
                    name: target.name, endpoint: target.endpoint, namespace: target.namespace,
                    verdict: try Self.word(target.verdict, "verdict"),
                    severity: try Self.word(target.severity, "severity")))
        }
    }

    /// The keys of the document that are needed.
    private struct Document: Decodable {
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

        struct Target: Decodable {
            let name: String
            let endpoint: String
            let namespace: String?
            let verdict: String
            let severity: String
        }

        let service: Service
        let targets: [Target]
    }

    private static let foreign = ParseError("answered with JSON that is not the status of \(Version.name)")

    private static func document(_ json: [UInt8]) throws(ParseError) -> Document {
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

    /// A word that this version knows.
    private static func word<Word: RawRepresentable<String>>(
        _ text: String, _ kind: String
    ) throws(ParseError) -> Word {
        guard let word = Word(rawValue: text) else {
            throw ParseError("returned the unknown \(kind) “\(text.prefix(40))” (this is \(Version.text))")
        }
        return word
    }
}
