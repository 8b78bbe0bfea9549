import Primitives
import SelfConnect

extension JSONWriter {
    /// The daemon, as in `/v1/status`. Documents only exist after the first complete pass: it is ready.
    mutating func service(_ facts: ServiceFacts, at now: Timestamp) {
        object { json in
            json.member("name", Version.name)
            json.member("version", Version.number)
            json.member("hostname", facts.hostname)
            json.member("healthy", facts.fault == nil)
            json.member("fault", facts.fault)
            json.member("ready", true)
            json.member("started", "\(facts.started)")
            json.outsideFingerprint {
                $0.member("uptime_seconds", now.since(facts.started).inSeconds.rounded(toPlaces: 3))
            }
            json.array("listen", facts.listeners) { $0.listener($1) }
            json.object("config") { $0.configuration(facts) }
        }
    }

    private mutating func listener(_ listener: ServiceFacts.Listener) {
        object { json in
            json.member("endpoint", listener.endpoint.map { "\($0)" })
            json.member("unix", listener.path)
            json.member("outside_ephemeral_range", listener.isOutsideEphemeralRange)
        }
    }

    private mutating func configuration(_ facts: ServiceFacts) {
        member("path", facts.configurationPath)
        member("last_reload", "\(facts.lastReload)")
        member("last_reload_successful", facts.reloadFault == nil)
        member("fault", facts.reloadFault)
    }
}

extension Double {
    /// Rounded to this many decimal places.
    func rounded(toPlaces places: Int) -> Double {
        var factor = 1.0
        for _ in 0..<places { factor *= 10 }
        return (self * factor).rounded() / factor
    }
}
