// The data that plug-ins use from /v1/status. The document comes from another process, possibly of another version:
// unknown values must not be treated as success.

import FoundationEssentials
import Reporting
package import SelfConnect

/// The state of a daemon and its targets.
package struct StatusFacts: Sendable, Hashable {
    /// A target.
    package struct Target: Sendable, Hashable {
        /// The display name.
        package var name: String
        /// Its endpoint.
        package var endpoint: String
        /// The network namespace that it is watched in; nil: the daemon's own.
        package var namespace: String?
        /// The verdict of the target.
        package var verdict: Verdict
        /// The severity of the verdict.
        package var severity: Severity

        /// Memberwise initializer.
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

    /// Whether the first pass is complete.
    package var isReady: Bool
    /// Whether the daemon is healthy: all threads make progress, and there is no fault.
    package var isHealthy: Bool
    /// Why it is not healthy, if it gives a reason.
    package var fault: String?
    /// Whether the configuration was last loaded successfully.
    package var lastReloadSuccessful: Bool
    /// Why loading failed, if it gives a reason.
    package var reloadFault: String?
    /// The targets, in the daemon's order.
    package var targets: [Target]

    /// Memberwise initializer.
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
    /// Parses `/v1/status`.
    ///
    /// - Throws: a predicate, to be prefixed with the daemon's address: `answered with something that is not JSON`.
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

    /// The keys of the document that are used.
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
