import Glibc
import Synchronization

/// How many attempts of this process's probes the other side has refused or reset. The kernel counts them among those of all
/// clients (`TCPStatistics`).
public enum OwnFailedConnects {
    private static let counter = Atomic(0)

    /// Since the start of the process, in all network namespaces.
    public static var total: Int { counter.load(ordering: .relaxed) }

    /// Counts an attempt that failed with this errno, if a segment from the other side ended it: what fails before a segment is
    /// sent the kernel does not count.
    static func count(_ code: Int32) {
        guard code == ECONNREFUSED || code == ECONNRESET else { return }
        counter.add(1, ordering: .relaxed)
    }
}
