import Systemd

/// What the service manager waits for and has not been told. A lost STATUS is made good by the next; a lost READY would
/// leave a unit starting or reloading until a time-out ends it.
struct PendingNotifications {
    /// In the order in which the manager has to hear it.
    private(set) var states: [NotifyState] = []

    /// What to send when there is this to say, in this order, the untold first. Of two turns in one notification only the
    /// last would count, so each has one of its own.
    mutating func notifications(with new: [NotifyState]) -> [[NotifyState]] {
        for state in new { add(state) }
        guard let last = states.last else { return new.isEmpty ? [] : [new] }
        return states.dropLast().map { [$0] } + [[last] + new.filter { !$0.isAwaited }]
    }

    /// One of these has been sent.
    mutating func strike(_ notification: [NotifyState]) {
        states.removeAll { notification.contains($0) }
    }

    private mutating func add(_ state: NotifyState) {
        switch state {
        // What was to be told before does not matter any more.
        case .reloading, .stopping: states = [state]
        case .ready where !states.contains(.ready): states.append(state)
        default: break
        }
    }
}

extension NotifyState {
    /// Whether the service manager waits for it.
    fileprivate var isAwaited: Bool { word != nil }

    /// What the service manager waits for, in a word; nil for what it does not.
    var word: String? {
        switch self {
        case .ready: "READY"
        case .reloading: "RELOADING"
        case .stopping: "STOPPING"
        case .status, .watchdog, .errno, .extendTimeout, .storeDescriptor, .removeDescriptor: nil
        }
    }
}
