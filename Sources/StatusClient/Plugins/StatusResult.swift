import FoundationEssentials
import HTTP
import SelfConnect

/// The result of a status request to a daemon.
package enum StatusResult: Sendable, Hashable {
    /// The daemon's status.
    case facts(StatusFacts)
    /// The request failed or the response could not be read: the reason, for people.
    case unknown(String)

    /// Requests the status.
    ///
    /// - Parameter missing: the targets that are requested besides those of the summary.
    package init(_ query: DaemonQuery, missing: (StatusFacts) -> MissingTargets? = { _ in nil }) {
        do throws(ClientError) {
            let summary = try query.summary()
            self.init(status: summary.status, content: summary.content, from: "\(query.address)")
            guard case .facts(let facts) = self, let more = missing(facts) else { return }
            let targets = try query.targets(more.verdict, limit: more.limit)
            self = Self.adding(targets, to: facts, from: "\(query.address)")
        } catch {
            self = .unknown("\(error)")
        }
    }

    /// Interprets a response of `/v1/summary`.
    ///
    /// - Parameters:
    ///   - status: the HTTP status code.
    ///   - name: the daemon's address.
    package init(status: Int, content: [UInt8], from name: String) {
        do throws(ParseError) {
            try Self.requireSuccess(status, content)
            let facts = try StatusFacts(json: content)
            guard facts.isReady else { throw ParseError("is not ready: its first pass is not complete") }
            self = .facts(facts)
        } catch {
            self = .unknown("\(name) \(error.message)")
        }
    }

    private static func adding(
        _ targets: ReceivedResponse, to facts: StatusFacts, from name: String
    ) -> StatusResult {
        do throws(ParseError) {
            try requireSuccess(targets.status, targets.content)
            let more = try StatusFacts.targets(json: targets.content)
            var facts = facts
            facts.mostSevere += more.filter { !facts.mostSevere.contains($0) }
            return .facts(facts)
        } catch {
            return .unknown("\(name) \(error.message)")
        }
    }

    /// - Throws: the message of an error response, with advice if there is any.
    private static func requireSuccess(_ status: Int, _ content: [UInt8]) throws(ParseError) {
        guard status != 200 else { return }
        let message = (try? JSONDecoder().decode(Refusal.self, from: Data(content)))?.error.message
        let advice: String? =
            switch status {
            case 401: "give its token with --token-file"
            case 404: "it has no /v1/summary: a daemon older than this program has to be updated"
            default: nil
            }
        let words = advice.map { ": \($0)" + (message.map { " (\($0))" } ?? "") } ?? message.map { ": \($0)" } ?? ""
        throw ParseError("answered \(status)\(words)")
    }

    private struct Refusal: Decodable {
        struct Reason: Decodable { let message: String }
        let error: Reason
    }
}
