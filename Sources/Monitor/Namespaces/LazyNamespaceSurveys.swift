import Linux
import Probing

/// Surveys of other network namespaces, made when the first is needed: most hosts need none.
struct LazyNamespaceSurveys: ~Copyable {
    private let timeout: Duration
    private var surveys: NamespaceSurveys?

    /// Surveys whose attempts are limited by `timeout`.
    init(timeout: Duration) {
        self.timeout = timeout
    }

    /// Begins a pass.
    mutating func beginPass() {
        // Surveys that are not made yet have nothing to forget.
        surveys?.beginPass()
    }

    /// Forgets namespaces that have gone.
    mutating func forget(_ namespaces: Set<String>) { surveys?.forget(namespaces) }

    /// Makes the surveys if this is the first time, and runs `body` with them.
    mutating func use<Result>(
        _ body: (inout NamespaceSurveys) throws(SystemCallError) -> Result
    ) throws(SystemCallError) -> Result {
        var current: NamespaceSurveys
        if let made = surveys.take() {
            current = made
        } else {
            current = try NamespaceSurveys(timeout: timeout)
        }
        do throws(SystemCallError) {
            let result = try body(&current)
            surveys = consume current
            return result
        } catch {
            surveys = consume current
            throw error
        }
    }
}
