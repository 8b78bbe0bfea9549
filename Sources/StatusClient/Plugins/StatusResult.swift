import FoundationEssentials
import SelfConnect

/// The result of a status request to a daemon.
package enum StatusResult: Sendable, Hashable {
    /// The daemon's status.
    case facts(StatusFacts)
    /// The request failed or the response could not be read: the reason, for people.
    case unknown(String)

    /// Interprets a response.
    ///
    /// - Parameters:
    ///   - status: the HTTP status code.
    ///   - name: the daemon's address.
    package init(status: Int, content: [UInt8], from name: String) {
        guard status == 200 else {
            self = .unknown("\(name) answered \(status)\(Self.words(status, content))")
            return
        }
        do throws(ParseError) {
            let facts = try StatusFacts(json: content)
            self = facts.isReady ? .facts(facts) : .unknown("\(name) is not ready: its first pass is not complete")
        } catch {
            self = .unknown("\(name) \(error.message)")
        }
    }

    /// The message of an error response, with advice if there is any.
    private static func words(_ status: Int, _ content: [UInt8]) -> String {
        let message = (try? JSONDecoder().decode(Refusal.self, from: Data(content)))?.error.message
        guard status == 401 else { return message.map { ": \($0)" } ?? "" }
        return ": give its token with --token-file" + (message.map { " (\($0))" } ?? "")
    }

    private struct Refusal: Decodable {
        struct Reason: Decodable { let message: String }
        let error: Reason
    }
}
