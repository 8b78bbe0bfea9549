// The notifications of a service as values: sd_notify(3), section "Well-known assignments".

import Glibc

/// One assignment of a notification, or two that belong together.
package enum NotifyState: Hashable, Sendable {
    /// The start or a reload is complete: `READY=1`.
    case ready
    /// A reload starts, at this time of CLOCK_MONOTONIC: `RELOADING=1` and `MONOTONIC_USEC=`.
    ///
    /// With `Type=notify-reload`, systemd 253 and later require the time; earlier versions ignore it.
    case reloading(monotonicMicroseconds: UInt64)
    /// The service is stopping: `STOPPING=1`.
    case stopping
    /// The current activity, one line for people: `STATUS=`.
    case status(String)
    /// The service is alive: `WATCHDOG=1`.
    case watchdog
    /// Why the service fails: `ERRNO=`.
    case errno(Int32)
    /// Extends the timeout of the current start or stop to this time from now: `EXTEND_TIMEOUT_USEC=`.
    case extendTimeout(Duration)

    /// Keeps the passed descriptor under this name until it is removed (`FDSTORE=1`, `FDNAME=`, `FDPOLL=0`). poll(2) reports an
    /// unconnected socket as hung up; without `FDPOLL=0` the store would drop it.
    case storeDescriptor(name: String)
    /// The descriptors of this name are to be closed: `FDSTOREREMOVE=1` and `FDNAME=`.
    case removeDescriptor(name: String)

    /// Maximum length of a status in bytes. systemd ignores a notification of more than 4,096 bytes (NOTIFY_BUFFER_MAX)
    /// as a whole, including READY=1.
    package static let longestStatus = 2048

    /// A reload that starts now.
    package static var reloadingNow: NotifyState {
        var now = timespec()
        guard clock_gettime(CLOCK_MONOTONIC, &now) == 0 else { preconditionFailure("Linux has CLOCK_MONOTONIC") }
        return .reloading(monotonicMicroseconds: UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1000)
    }

    /// The lines of the notification, without a trailing line feed.
    var assignment: String {
        switch self {
        case .ready: "READY=1"
        case .reloading(let time): "RELOADING=1\nMONOTONIC_USEC=\(time)"
        case .stopping: "STOPPING=1"
        case .status(let text): "STATUS=\(Self.line(text))"
        case .watchdog: "WATCHDOG=1"
        case .errno(let number): "ERRNO=\(number)"
        case .storeDescriptor(let name): "FDSTORE=1\nFDNAME=\(name)\nFDPOLL=0"
        case .removeDescriptor(let name): "FDSTOREREMOVE=1\nFDNAME=\(name)"
        case .extendTimeout(let time): "EXTEND_TIMEOUT_USEC=\(Self.microseconds(time))"
        }
    }

    /// The text on one line: a line feed would start another assignment.
    private static func line(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        var length = 0
        for scalar in text.unicodeScalars {
            length += UTF8.width(scalar)
            guard length <= longestStatus - 3 else {
                line.append("…")
                break
            }
            line.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return String(line)
    }

    /// Whole microseconds, 0 for a negative time.
    static func microseconds(_ time: Duration) -> UInt64 {
        let (seconds, attoseconds) = time.components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (product, overflows) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000)
        return overflows ? .max : product &+ UInt64(attoseconds) / 1_000_000_000_000
    }
}
