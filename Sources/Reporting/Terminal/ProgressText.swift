// What a command that takes a while shows meanwhile: one line of a terminal, which is rewritten.

package import SelfConnect

/// Lines of progress.
package enum ProgressText {
    /// The attempts of a loop probe, their rate, and the chance that this many connect it to itself.
    package static func loop(
        _ endpoint: Endpoint, attempts: Int, elapsed: Duration, odds: LoopOdds
    ) -> String {
        let seconds = elapsed.inSeconds
        let rate = seconds > 0 ? "\(Int(Double(attempts) / seconds))" : "-"
        return "\(endpoint): \(attempts) attempts, \(rate)/s, chance so far \(chance(attempts, odds))"
    }

    /// How a loop probe ended. Empty if its port was taken.
    package static func end(_ ended: Observation) -> String {
        switch ended.outcome {
        case .selfConnected: "Connected after \(ended.attempts) attempts"
        case .exhausted: "Not connected after \(ended.attempts) attempts"
        case .skipped: ""
        default: "\(ended.outcome.rawValue) after \(ended.attempts) attempts \(ended.detail ?? ended.error ?? "")"
        }
    }

    /// What a loop probe that was interrupted has shown.
    package static func interrupted(_ ended: Observation, _ odds: LoopOdds) -> String {
        "Interrupted after \(ended.attempts) attempts, with a chance of \(chance(ended.attempts, odds)) to connect until then"
    }

    private static func chance(_ attempts: Int, _ odds: LoopOdds) -> String {
        "\(odds.confidence(afterAttempts: attempts).percent) %"
    }

    /// The share of the ports of a range that was probed.
    package static func sweep(_ sweep: PortSweep) -> String {
        let range = sweep.kernel.ephemeralRange
        return "\(sweep.address): \(Int(sweep.progress * 100)) % of the ports \(range)"
    }

    /// As much of a line as fits into a row, of which the last column stays free: some terminals begin a new row there.
    package static func fitted(_ line: String, width: Int) -> String {
        String(line.prefix(columns: max(0, width - 1)))
    }
}
