// Loop probes and sweeps of the map, which run between passes.

import Configuration
import Linux
import Probing
import SelfConnect

extension Watch {
    /// Runs a slice of a loop probe if one is due; returns whether a loop has ended.
    mutating func stepLoops(at now: Duration) throws(SystemCallError) -> Bool {
        guard !background.loopsWait(settings) else { return false }
        let watchlist = watchlist
        let step = try background.loops.step(at: now, watched: { watchlist[$0] }) { id, kind throws(SystemCallError) in
            try survey.isSafeToLoop(id.endpoint, for: kind)
        }
        guard case .ended(let ended) = step else { return false }
        for (id, observation) in ended {
            records.statistics.count(observation, of: .loop)
            self.watchlist.record(loop: observation, of: id)
        }
        return true
    }

    /// Sweeps a slice of the map if it is due; returns whether there is a new map.
    mutating func stepMap(at now: Duration) throws(SystemCallError) -> Bool {
        let watchlist = watchlist
        return try background.maps.step(at: now) { remembered throws(SystemCallError) in
            let spared = watchlist.redirectedPorts(on: MapRunner.address, correcting: remembered)
            return try survey.sweep(of: MapRunner.address, sparing: spared)
        } advance: { sweep, limit throws(SystemCallError) in
            try survey.advance(&sweep, atMost: limit)
        }
    }
}
