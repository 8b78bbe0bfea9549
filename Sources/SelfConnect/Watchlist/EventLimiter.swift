// A server that restarts many times a second changes the verdict of its port as often. The first changes are reported, then
// a few a minute, with the number of those that were left out; the last one always is, once it is its turn.
//
// Times are durations since a start that the caller defines.

/// Limits how many changes of one target become events.
package struct EventLimiter: Sendable {
    private struct Subject: Hashable {
        let target: Target.ID
        let kind: Event.Kind
    }

    private struct Account {
        var saved: Double
        var last: Duration
        /// The last change, if it waits for its turn.
        var pending: Event?
        /// How many changes were left out since the last report.
        var omitted = 0
    }

    private var accounts: [Subject: Account] = [:]
    /// Changes of forgotten targets that waited and that no step has counted yet.
    private var forgotten = 0
    private let burst: Double
    private let interval: Duration

    /// `burst` changes of a target at once, then one per `interval`.
    package init(burst: Int = 16, interval: Duration = .seconds(15)) {
        self.burst = Double(max(1, burst))
        self.interval = interval
    }

    /// The events of one step that are reported now, those first that have waited and are still the last of their target.
    /// Events that are about no change of a target are all reported.
    ///
    /// - Returns: also how many are left out permanently. One that waits is left out as soon as the next one takes its place.
    package mutating func admit(_ events: [Event], at now: Duration) -> (events: [Event], omitted: Int) {
        var due = takeDue(at: now)
        var omitted = forgotten
        forgotten = 0
        for event in events {
            guard let subject = Self.subject(of: event) else {
                due.append(event)
                continue
            }
            var account = accounts[subject] ?? Account(saved: burst, last: now)
            grow(&account, to: now)
            if account.saved >= 1 {
                due.append(Self.report(event, &account))
            } else {
                if account.pending != nil {
                    account.omitted += 1
                    omitted += 1
                }
                account.pending = event
            }
            accounts[subject] = account
        }
        return (due, omitted)
    }

    /// Forgets targets: what waits of them is left out.
    package mutating func forget(_ targets: some Sequence<Target.ID>) {
        guard !accounts.isEmpty else { return }
        for target in targets {
            for kind in Self.kinds {
                let account = accounts.removeValue(forKey: Subject(target: target, kind: kind))
                if account?.pending != nil { forgotten += 1 }
            }
        }
    }

    private mutating func takeDue(at now: Duration) -> [Event] {
        var due: [Event] = []
        let ripe = accounts.filter { saved($0.value, at: now) >= ($0.value.pending == nil ? burst : 1) }
        for (subject, var account) in ripe {
            grow(&account, to: now)
            if let event = account.pending { due.append(Self.report(event, &account)) }
            // An account that has saved all that it can is like a new one.
            accounts[subject] = account.saved < burst ? account : nil
        }
        return due.sorted { $0.at < $1.at }
    }

    private func saved(_ account: Account, at now: Duration) -> Double {
        min(burst, account.saved + max(.zero, now - account.last) / interval)
    }

    private func grow(_ account: inout Account, to now: Duration) {
        (account.saved, account.last) = (saved(account, at: now), now)
    }

    private static func report(_ event: Event, _ account: inout Account) -> Event {
        defer { (account.pending, account.omitted) = (nil, 0) }
        account.saved -= 1
        guard account.omitted > 0 else { return event }
        var event = event
        let changes = account.omitted == 1 ? "1 change" : "\(account.omitted) changes"
        event.message += " Since the last report it has changed too often: \(changes) before this one left out."
        return event
    }

    /// The kinds of events that are changes of a target.
    private static let kinds: Set<Event.Kind> = [.verdict, .guard]

    private static func subject(of event: Event) -> Subject? {
        guard kinds.contains(event.kind), let endpoint = event.endpoint else { return nil }
        return Subject(target: Target.ID(endpoint, in: event.namespace), kind: event.kind)
    }
}
