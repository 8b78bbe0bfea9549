// Loop probes and sweeps of the map, which run between passes.

import Configuration
import Linux
import Probing
import SelfConnect

extension Watch {
    /// When the next slice of a loop probe is due; nil if there is none, or it waits for the end of a sweep.
    var nextLoop: Duration? { loopsWait ? nil : loops.next }

    /// Whether loop probes wait while a sweep runs: with the default limits, both together keep to one of them. Loop probes with a
    /// higher limit than the map were asked for, and a sweep may take half an hour.
    private var loopsWait: Bool {
        maps.isSweeping && settings.probe.loop.processorShare <= settings.map.processorShare
    }

    /// Runs a slice of a loop probe if one is due; returns whether a loop has ended.
    mutating func stepLoops(at now: Duration) throws(SystemCallError) -> Bool {
        guard !loopsWait else { return false }
        let watchlist = watchlist
        let step = try loops.step(at: now, watched: { watchlist[$0] }) { id, kind throws(SystemCallError) in
            try survey.isSafeToLoop(id.endpoint, for: kind)
        }
        guard case .ended(let ended) = step else { return false }
        for (id, observation) in ended {
            findings.statistics.count(observation, of: .loop)
            self.watchlist.record(loop: observation, of: id)
        }
        return true
    }

    /// Sweeps a slice of the map if it is due; returns whether there is a new map.
    mutating func stepMap(at now: Duration) throws(SystemCallError) -> Bool {
        let watchlist = watchlist
        return try maps.step(at: now) { remembered throws(SystemCallError) in
            let spared = watchlist.redirectedPorts(on: MapRunner.address, correcting: remembered)
            return try survey.sweep(of: MapRunner.address, sparing: spared)
        } advance: { sweep, limit throws(SystemCallError) in
            try survey.advance(&sweep, atMost: limit)
        }
    }
}
