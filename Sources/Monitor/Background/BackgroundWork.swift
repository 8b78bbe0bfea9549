import Configuration
import SelfConnect

/// What runs between passes: loop probes and sweeps of the map.
struct BackgroundWork: ~Copyable {
    var loops: LoopRunner
    var maps: MapRunner

    /// Loop probes of `looped` and sweeps, from `start` on.
    init(_ settings: Configuration, looped: [Target.ID], from start: Duration) {
        loops = LoopRunner(looped, settings.probe.loop, timeout: settings.probe.timeout, from: start)
        maps = MapRunner(settings.map, from: start)
        maps.redirectedInterval = settings.probe.redirectedInterval
    }

    /// Applies another configuration.
    mutating func apply(_ settings: Configuration, looped: [Target.ID], at now: Duration) {
        loops.apply(looped, settings.probe.loop, timeout: settings.probe.timeout, at: now)
        maps.apply(settings.map, at: now)
        maps.redirectedInterval = settings.probe.redirectedInterval
    }

    /// Whether loop probes wait while a sweep runs: with the default limits, both together keep to one of them. Loop probes with a
    /// higher limit than the map were asked for, and a sweep may take half an hour.
    func loopsWait(_ settings: Configuration) -> Bool {
        maps.isSweeping && settings.probe.loop.processorShare <= settings.map.processorShare
    }

    /// The time of the next step; nil: never.
    func next(_ settings: Configuration) -> Duration? {
        [loopsWait(settings) ? nil : loops.next, maps.next].compactMap(\.self).min()
    }
}
