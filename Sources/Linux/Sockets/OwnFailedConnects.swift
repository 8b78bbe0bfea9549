import Glibc
import Synchronization

/// The number of attempts of this process's probes that were refused or reset. The kernel counts them together with those of
/// all clients (`TCPStatistics`).
package enum OwnFailedConnects {
    private static let counter = Atomic(0)

    /// Since the start of the process, in all network namespaces.
    package static var total: Int { counter.load(ordering: .relaxed) }

    /// Counts an attempt that failed with this errno, if a segment from the remote end caused it: the kernel does not count
    /// attempts that fail earlier.
    static func count(_ code: Int32) {
        guard code == ECONNREFUSED || code == ECONNRESET else { return }
        counter.add(1, ordering: .relaxed)
    }
}
