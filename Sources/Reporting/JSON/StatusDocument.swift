// The JSON documents as types: a property is a key in snake_case, nil is omitted. docs/api.md describes them.

import SelfConnect

/// `/v1/status` without its targets.
struct StatusDocument: Encodable {
    var service: ServiceDocument
    var kernel: KernelDocument
    var summary: SummaryDocument

    init(_ snapshot: Snapshot, _ service: ServiceFacts) {
        self.service = ServiceDocument(service, at: snapshot.published)
        kernel = KernelDocument(snapshot.kernel)
        summary = SummaryDocument(snapshot)
    }
}

/// The output of `probe --json` without its targets.
struct ProbeDocument: Encodable {
    var kernel: KernelDocument
}

/// `/-/healthy`.
struct HealthDocument: Encodable {
    var healthy: Bool
    var degraded: [String]?
}

struct ServiceDocument: Encodable {
    struct Listen: Encodable {
        var endpoint: String?
        var unix: String?
        var outsideEphemeralRange: Bool
    }

    struct Config: Encodable {
        var path: String?
        var lastReload: String
        var lastReloadSuccessful: Bool
        var fault: String?
    }

    var name = Version.name
    var version = Version.number
    var started: String
    var uptimeSeconds: Double
    var healthy: Bool
    var fault: String?
    /// Documents only exist after the first complete pass.
    var ready = true
    var listen: [Listen]
    var config: Config

    init(_ facts: ServiceFacts, at now: Timestamp) {
        started = "\(facts.started)"
        uptimeSeconds = now.since(facts.started).inSeconds.rounded(toPlaces: 3)
        healthy = facts.fault == nil
        fault = facts.fault
        listen = facts.listeners.map {
            Listen(
                endpoint: $0.endpoint.map { "\($0)" }, unix: $0.path,
                outsideEphemeralRange: $0.isOutsideEphemeralRange)
        }
        config = Config(
            path: facts.configurationPath, lastReload: "\(facts.lastReload)",
            lastReloadSuccessful: facts.reloadFault == nil, fault: facts.reloadFault)
    }
}

/// `/v1/kernel`, and a part of `/v1/status`.
struct KernelDocument: Encodable {
    struct Range: Encodable {
        var first: UInt16
        var last: UInt16

        init(_ range: PortRange) {
            first = range.first
            last = range.last
        }
    }

    struct Drift: Encodable {
        var changes: Int
        var lastChange: String?
        var initialEphemeralRange: Range
        var initialReservedPorts: String
        var initialPortStepWidth: Int?

        init(_ drift: SelfConnect.Drift) {
            changes = drift.count
            lastChange = drift.last.map { "\($0)" }
            initialEphemeralRange = Range(drift.initial.ephemeralRange)
            initialReservedPorts = "\(drift.initial.reservedPorts)"
            initialPortStepWidth = drift.initial.stepWidth
        }
    }

    var release: String
    var ephemeralRange: Range
    var reservedPorts: String
    var portStepWidth: Int?
    var autobindReuse: Bool
    var directedProbe: Bool
    var rangeWalksBothParities: Bool?
    var sockets: String
    var showsBoundSockets: Bool
    var drift: Drift?

    init(_ facts: KernelFacts, drift: SelfConnect.Drift? = nil) {
        self.drift = drift.map { Drift($0) }
        release = facts.release
        ephemeralRange = Range(facts.ephemeralRange)
        reservedPorts = "\(facts.reservedPorts)"
        portStepWidth = facts.stepWidth
        autobindReuse = facts.autobindReuse
        directedProbe = facts.directedProbe
        rangeWalksBothParities = facts.rangeWalksBothParities
        sockets = facts.sockets.rawValue
        showsBoundSockets = facts.showsBoundSockets
    }
}

struct SummaryDocument: Encodable {
    struct FailedConnects: Encodable {
        var total: Int
        var perSecond: Double?

        init(_ connects: SelfConnect.FailedConnects) {
            total = connects.total
            perSecond = connects.rate?.rounded(toPlaces: 3)
        }
    }

    struct EventStream: Encodable {
        var state: String
        var reason: String?
        var lost: Int

        init(_ stream: SelfConnect.EventStream) {
            (state, reason) =
                switch stream.state {
                case .off: ("off", nil)
                case .followed: ("followed", nil)
                case .unavailable(let reason): ("unavailable", reason)
                }
            lost = stream.overruns
        }
    }

    var targets: Int
    var byVerdict: [String: Int]
    var lastPass: String
    var ephemeralListeners: Int
    var selfConnections: Int
    var selfConnectionsTotal: Int
    var failedConnects: FailedConnects
    var eventStream: EventStream
    var stolenPorts: Int
    var endpointsLeftOut: Int?
    var remedy: SummaryRemedyDocument?

    init(_ snapshot: Snapshot) {
        targets = snapshot.targets.count
        byVerdict = Dictionary(uniqueKeysWithValues: snapshot.countByVerdict.map { ($0.rawValue, $1) })
        remedy = SummaryRemedyDocument(snapshot.remedies[nil])
        lastPass = "\(snapshot.at)"
        ephemeralListeners = snapshot.census.listeners.count
        selfConnections = snapshot.census.selfConnections.count
        selfConnectionsTotal = snapshot.selfConnections
        failedConnects = FailedConnects(snapshot.failedConnects)
        eventStream = EventStream(snapshot.eventStream)
        stolenPorts = snapshot.stolen.count
        endpointsLeftOut = snapshot.unwatched.count > 0 ? snapshot.unwatched.count : nil
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
