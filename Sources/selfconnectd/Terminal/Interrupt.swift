import Glibc
import Linux

/// SIGINT as a value, so that a command that takes a while prints what it has learned before the signal ends it.
struct Interrupt: ~Copyable {
    /// nil where the signal is ignored.
    private var signals: SignalQueue?
    /// Whether the signal has arrived.
    private(set) var hasArrived = false

    /// Delays the signal until `end`.
    init() throws(SystemCallError) {
        signals = SignalQueue.isIgnored(SIGINT) ? nil : try SignalQueue(SIGINT)
    }

    /// Whether the signal has arrived, now or before.
    mutating func check() -> Bool {
        if let isPending = signals?.takeAll(), isPending { hasArrived = true }
        return hasArrived
    }

    /// Waits for Enter, the end of the input, or the signal.
    mutating func waitForEnter() {
        let descriptors = [STDIN_FILENO, signals?.number ?? -1]
        while !check() {
            var waiting = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&waiting, nfds_t(waiting.count), -1) >= 0, waiting[0].revents != 0 else { continue }
            var octet: UInt8 = 0
            guard read(STDIN_FILENO, &octet, 1) == 1, octet != UInt8(ascii: "\n") else { return }
        }
        // The terminal has shown ^C on the row of the cursor.
        if Terminal.isTerminal(STDOUT_FILENO) { Terminal.write("") }
    }

    /// Ends the process by the signal if it has arrived: a shell then also ends the script or the loop that the command is
    /// part of, and shows status 130.
    mutating func end() {
        guard check() else { return }
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        signal(SIGINT, SIG_DFL)
        raise(SIGINT)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
}
