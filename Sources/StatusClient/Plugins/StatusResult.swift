import FoundationEssentials
import SelfConnect

/// What came of asking a daemon for its status.
package enum StatusResult: Sendable, Hashable {
    /// It told.
    case facts(StatusFacts)
    /// It could not be asked, or was not understood: why, in words for people.
    case unknown(String)

    /// What an answer means.
    ///
    /// - Parameters:
    ///   - status: the status code of HTTP.
    ///   - name: where the answer came from.
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

    /// What the refusal says of itself, and what to do where that is known.
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
