// Without a free descriptor there are no probes and no notifications, so some are reserved for the daemon. Clients get
// the rest.

import Glibc
import Linux

/// Divides the limit on open descriptors: a reserve for the daemon, listeners and guards, and connections. Where a number of
/// listeners is asked for, guards count as such.
struct DescriptorBudget {
    /// For probes, netlink, files and notifications. With map, loop probes and a reload, at most 17 were observed at
    /// once; the search for a control group opens up to 32 directories; the rest is for `newListeners`.
    static let reserve = 64
    /// The part of the reserve for listeners that a reload opens before it closes others.
    static let newListeners = 8

    /// The limit in force.
    let limit: Int

    /// The limit, raised to what is needed if permitted.
    static func raised(connections: Int, listeners: Int) -> DescriptorBudget {
        DescriptorBudget(limit: DescriptorLimit.raise(to: reserve + listeners + connections))
    }

    /// The number of connections that fit beside these listeners, at most the number wanted.
    ///
    /// - Throws: EMFILE if not even one fits.
    func connections(wanted: Int, listeners: Int) throws(LaunchError) -> Int {
        let least = Self.reserve + listeners + 1
        guard limit >= least else {
            throw fault("the daemon needs \(least) at least")
        }
        return min(wanted, limit - least + 1)
    }

    /// Checks that new listeners can be opened while the present listeners and connections remain open.
    ///
    /// - Throws: EMFILE if they would use too much of the reserve.
    func admit(_ new: Int, besides present: Int, connections: Int) throws(LaunchError) {
        guard new > Self.newListeners else { return }
        let least = Self.reserve - Self.newListeners + connections + present + new
        guard limit >= least else {
            throw fault("with \(new) new addresses to listen on at once the daemon needs \(least)")
        }
    }

    private func fault(_ need: String) -> LaunchError {
        .runtime("the limit on open descriptors is \(limit), and \(need): raise LimitNOFILE=", errno: EMFILE)
    }
}
