import ArgumentParser
import SelfConnect

extension Duration {
    /// The duration that an option has as its argument.
    ///
    /// - Throws: ValidationError for a text that is no duration, and for one that is out of `bounds`.
    init(_ text: String, of option: String, within bounds: ClosedRange<Duration>) throws {
        do throws(ParseError) {
            self = try Duration(text: text)
        } catch {
            throw ValidationError("\(option): \(error.message)")
        }
        guard bounds.contains(self) else {
            let limits = "\(bounds.lowerBound.text) to \(bounds.upperBound.text)"
            throw ValidationError("\(option): “\(text)” is out of bounds: write \(limits)")
        }
    }
}
