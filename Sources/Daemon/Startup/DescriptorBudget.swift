// Without a free descriptor there are no probes and no notifications. So a number of them is reserved for the daemon, and
// clients get the rest.

import Glibc
import Linux

/// How the limit on open descriptors is shared out: a reserve for the daemon's own work, listeners, and connections.
struct DescriptorBudget {
    /// For probes, netlink, files and notifications. With map, loops and a reload 17 were the most that
    /// were seen at once; the look for a control group holds up to 32 directories open; the rest is for `newListeners`.
    static let reserve = 64
    /// Those of the reserve for listeners that a reload opens before it closes others.
    static let newListeners = 8

    /// The limit that holds.
    let limit: Int

    /// The limit, raised so far that it admits all of these, or as far as it may be.
    static func raised(connections: Int, listeners: Int) -> DescriptorBudget {
        DescriptorBudget(limit: DescriptorLimit.raise(to: reserve + listeners + connections))
    }

    /// How many connections there may be beside these listeners, at most as many as are wanted.
    ///
    /// - Throws: EMFILE if there is no room for one.
    func connections(wanted: Int, listeners: Int) throws(LaunchError) -> Int {
        let least = Self.reserve + listeners + 1
        guard limit >= least else {
            throw fault("the daemon needs \(least) at least")
        }
        return min(wanted, limit - least + 1)
    }

    /// Sees that listeners can be opened beside those that are there, with as many connections as there may be now.
    ///
    /// - Throws: EMFILE if they would take too much of the reserve.
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
