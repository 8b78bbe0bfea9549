// Creates the listeners of the configured addresses. Everything that can be checked is checked before the first bind.

import Configuration
import Glibc
import Linux
import Logging
import SelfConnect
import Systemd

/// Opens the daemon's listeners.
struct ListenerBinder {
    let configuration: Configuration
    /// The name of the configuration file, for error messages with positions.
    let file: String?
    let allowsEphemeralListen: Bool
    /// The present listeners, in a reload.
    var present: [BoundListener] = []
    let passed: [PassedSocket]
    let logger: Logger
    /// How long a reload waits, for all addresses together, until the HTTP loop has closed removed listeners. A stop
    /// waits equally long for a reload.
    static let closingTime = Duration.milliseconds(500)
    var timeout = closingTime

    /// Opens all or none, in the order of the configuration: present listeners are kept, sockets passed by the service
    /// manager are used for their addresses, and the rest is opened.
    func open() throws(LaunchError) -> [BoundListener] {
        let inherited = try inherit()
        try check(inherited)
        let access = try unixAccess()
        let deadline = Clock.monotonic + (present.isEmpty ? .zero : timeout)
        var openings: [BoundListener] = []
        do throws(SystemCallError) {
            for address in configuration.listen {
                openings.append(try opening(address.value, access, inherited, by: deadline))
            }
        } catch {
            BoundListener.removeSocketFiles(openings, besides: present)
            let address = configuration.listen[openings.count]
            guard error.code == EADDRINUSE else { throw DaemonRunner.fault(error) }
            throw .runtime(address.prefix(file) + OccupiedAddress(address.value).text(of: error), errno: error.code)
        }
        return openings
    }

    private func opening(
        _ address: ListenAddress, _ access: UnixListeningSocket.Access, _ inherited: [any Listener],
        by deadline: Duration
    ) throws(SystemCallError) -> BoundListener {
        if let held = held(address, inherited) { return held }
        let listener: any Listener
        switch address {
        case .tcp(let endpoint): listener = try listening(on: endpoint, by: deadline)
        case .unix(let path): listener = try UnixListeningSocket(path, access)
        case .systemd: return BoundListener(address: address, listeners: inherited.filter { !isNamed($0.place) })
        }
        return BoundListener(address: address, listeners: [listener])
    }

    /// During a reload the HTTP loop may not yet have closed a listener that the previous reload removed.
    private func listening(on endpoint: Endpoint, by deadline: Duration) throws(SystemCallError) -> ListeningSocket {
        while true {
            do throws(SystemCallError) {
                return try ListeningSocket(endpoint)
            } catch  where error.code == EADDRINUSE && Clock.monotonic < deadline {
                Thread.sleep(.milliseconds(20))
            }
        }
    }

    /// The present or passed listener of this address, if any.
    private func held(_ address: ListenAddress, _ inherited: [any Listener] = []) -> BoundListener? {
        if let opened = present.first(where: { $0.address == address }) {
            guard address == .systemd else { return opened }
            return BoundListener(address: address, listeners: opened.listeners.filter { !isNamed($0.place) })
        }
        let listeners = present.flatMap(\.listeners) + inherited
        return listeners.first { $0.place == address.place }.map { BoundListener(address: address, listeners: [$0]) }
    }

    /// Whether the configuration lists this address, so that `systemd` does not stand for it.
    private func isNamed(_ place: ListeningPlace) -> Bool {
        configuration.listen.contains { $0.value.place == place }
    }

    /// Adopts the passed sockets that the configuration lists by address or as `systemd`. The others are closed.
    private func inherit() throws(LaunchError) -> [any Listener] {
        let systemdEntry = systemdEntry
        if let systemdEntry, passed.isEmpty, held(.systemd) == nil {
            let remedy = present.isEmpty ? "start its socket unit" : "restart the daemon through its socket unit"
            throw .settings([systemdEntry.prefix(file) + "the service manager has passed no socket: \(remedy)"])
        }
        var listeners: [any Listener] = []
        for socket in passed {
            if let listener = try listener(from: socket) { listeners.append(listener) }
        }
        return listeners
    }

    private func listener(from socket: PassedSocket) throws(LaunchError) -> (any Listener)? {
        let reason: String
        do throws(SystemCallError) {
            let listener = try InheritedSocket.listener(Descriptor(owning: socket.descriptor), name: socket.name)
            if systemdEntry != nil || isNamed(listener.place) { return listener }
            reason = "listen names neither \(listener.place) nor systemd"
        } catch {
            guard systemdEntry == nil else { throw DaemonRunner.fault(error) }
            reason = "\(error)"
        }
        logger.warning("the passed socket “\(socket.name)” is not used: \(reason)")
        return nil
    }

    /// The `systemd` entry of the configuration, if any.
    private var systemdEntry: Located<ListenAddress>? { configuration.listen.first { $0.value == .systemd } }

    /// The endpoints of these listeners that `systemd` stands for, with the position of that entry.
    private func unnamed(_ listeners: [any Listener]) -> [Located<ListenAddress>] {
        guard let systemdEntry else { return [] }
        let endpoints = listeners.map(\.place).filter { !isNamed($0) }.compactMap(\.endpoint)
        return endpoints.map { Located(.tcp($0), at: systemdEntry.position) }
    }

    /// A present listener is kept even if the ephemeral range now includes its port: rejecting every reload would not
    /// move it. The access rules are checked for all listeners.
    private func check(_ inherited: [any Listener]) throws(LaunchError) {
        let kernel: KernelFacts
        do throws(SystemCallError) {
            kernel = try KernelSurvey().read()
        } catch {
            throw DaemonRunner.fault(error)
        }
        let new = configuration.listen.filter { held($0.value) == nil } + unnamed(inherited)
        let exposed = allowsEphemeralListen ? [] : ListenCheck.faults(of: new, against: kernel)
        let all = configuration.listen + unnamed(inherited + (held(.systemd)?.listeners ?? []))
        let faults = exposed + AccessCheck.faults(of: all, under: configuration.http)
        guard faults.isEmpty else { throw .settings(faults.map { $0.line(in: file) }) }
    }

    private func group(_ name: Located<String>) throws(LaunchError) -> UInt32 {
        let group: UInt32?
        do throws(SystemCallError) {
            group = try GroupDatabase.group(named: name.value)
        } catch {
            throw DaemonRunner.fault(error)
        }
        guard let group else {
            throw .settings([name.prefix(file) + Self.noGroup(name.value)])
        }
        return group
    }

    static func noGroup(_ name: String) -> String { "there is no group “\(name)” on this host" }

    private func unixAccess() throws(LaunchError) -> UnixListeningSocket.Access {
        var access = UnixListeningSocket.Access(mode: configuration.http.unixSocket.mode)
        if let name = configuration.http.unixSocket.group {
            access.group = try group(name)
        }
        return access
    }
}

extension ListenAddress {
    /// The address for clients; nil for `systemd`, where the service manager decides.
    fileprivate var place: ListeningPlace? {
        switch self {
        case .tcp(let endpoint): .tcp(endpoint)
        case .unix(let path): .unix(path)
        case .systemd: nil
        }
    }
}
