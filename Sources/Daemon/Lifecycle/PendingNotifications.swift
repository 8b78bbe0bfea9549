import Systemd

/// Notifications that the service manager waits for and that have not been sent. A lost STATUS is replaced by the next
/// one; a lost READY would leave the unit starting or reloading until a timeout.
struct PendingNotifications {
    /// In the order in which they must be sent.
    private(set) var states: [NotifyState] = []

    /// The notifications to send for new states, pending ones first. If a notification contained two awaited states,
    /// only the last would count, so each one gets its own notification.
    mutating func notifications(with new: [NotifyState]) -> [[NotifyState]] {
        for state in new { add(state) }
        guard let last = states.last else { return new.isEmpty ? [] : [new] }
        return states.dropLast().map { [$0] } + [[last] + new.filter { !$0.isAwaited }]
    }

    /// Removes states that have been sent.
    mutating func markSent(_ notification: [NotifyState]) {
        states.removeAll { notification.contains($0) }
    }

    private mutating func add(_ state: NotifyState) {
        switch state {
        // Earlier pending states no longer matter.
        case .reloading, .stopping: states = [state]
        case .ready where !states.contains(.ready): states.append(state)
        default: break
        }
    }
}

extension NotifyState {
    /// Whether the service manager waits for this state.
    fileprivate var isAwaited: Bool { word != nil }

    /// The name of an awaited state; nil for other states.
    var word: String? {
        switch self {
        case .ready: "READY"
        case .reloading: "RELOADING"
        case .stopping: "STOPPING"
        case .status, .watchdog, .errno, .extendTimeout, .storeDescriptor, .removeDescriptor: nil
        }
    }
}
