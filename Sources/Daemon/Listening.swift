// From addresses in the settings to listeners. All that can be checked is checked before the first is bound.

import Linux
import Logging
import SelfConnect
import Settings
import Systemd

/// Opens what the daemon listens on.
struct Listening {
    let configuration: Configuration
    /// What the configuration file is called, for faults that stand in it.
    let file: String?
    let allowsEphemeralListen: Bool
    /// What is listened on already, before a reload.
    var present: [Opening] = []
    let passed: [PassedSocket]
    let logger: Logger

    /// All or nothing, in the order of the settings: what is listened on already stays, the rest is opened.
    func open() throws(LaunchFault) -> [Opening] {
        let inherited = try inherit()
        try check(inherited.addresses)
        let access = try unixAccess()
        var openings: [Opening] = []
        do throws(SystemCallError) {
            for address in configuration.listen.map(\.value) {
                if let opened = present.first(where: { $0.address == address }) {
                    openings.append(opened)
                } else {
                    openings.append(try open(address, access, inherited))
                }
            }
        } catch {
            Opening.withdraw(openings, besides: present)
            throw Launch.fault(error)
        }
        return openings
    }

    private func open(
        _ address: ListenAddress, _ access: UnixListeningSocket.Access, _ inherited: Inherited
    ) throws(SystemCallError) -> Opening {
        switch address {
        case .tcp(let endpoint): Opening(address: address, listeners: [try ListeningSocket(endpoint)])
        case .unix(let path): Opening(address: address, listeners: [try UnixListeningSocket(path, access)])
        case .systemd: Opening(address: address, listeners: inherited.listeners)
        }
    }

    /// The addresses that are not listened on yet.
    private var new: [Located<ListenAddress>] {
        configuration.listen.filter { address in !present.contains { $0.address == address.value } }
    }

    /// Where the sockets can be reached that were passed at the start and stay.
    private var passedBefore: [Located<ListenAddress>] {
        guard let wish = configuration.listen.first(where: { $0.value == .systemd }) else { return [] }
        let listeners = present.filter { $0.address == .systemd }.flatMap(\.listeners)
        return listeners.compactMap(\.place.endpoint).map { Located(.tcp($0), at: wish.position) }
    }

    private struct Inherited {
        var listeners: [any Listener] = []
        /// Where they can be reached, with the place in the file that asks for them.
        var addresses: [Located<ListenAddress>] = []
    }

    /// Takes the passed sockets over if the settings ask for them; else they are closed.
    private func inherit() throws(LaunchFault) -> Inherited {
        var result = Inherited()
        let wish = new.first { $0.value == .systemd }
        for socket in passed {
            let descriptor = Descriptor(owning: socket.descriptor)
            guard let wish else {
                logger.warning("the passed socket “\(socket.name)” is not used: listen does not name systemd")
                continue
            }
            do throws(SystemCallError) {
                let listener = try InheritedSocket.listener(descriptor, name: socket.name)
                result.listeners.append(listener)
                if let endpoint = listener.place.endpoint {
                    result.addresses.append(Located(.tcp(endpoint), at: wish.position))
                }
            } catch {
                throw Launch.fault(error)
            }
        }
        if let wish, passed.isEmpty {
            let remedy = present.isEmpty ? "start its socket unit" : "restart the daemon through its socket unit"
            throw .settings([wish.prefix(file) + "the service manager has passed no socket: \(remedy)"])
        }
        return result
    }

    /// A port that is listened on already stays where it is, though the range may have grown over it since: to refuse
    /// every reload would not move it. Who may ask is another matter, and checked for all.
    private func check(_ inherited: [Located<ListenAddress>]) throws(LaunchFault) {
        let kernel: KernelFacts
        do throws(SystemCallError) {
            kernel = try KernelSurvey().read()
        } catch {
            throw Launch.fault(error)
        }
        let exposed = allowsEphemeralListen ? [] : ListenCheck.faults(of: new + inherited, against: kernel, file: file)
        let all = configuration.listen + inherited + passedBefore
        let faults = exposed + AccessCheck.faults(of: all, under: configuration.http, file: file)
        guard faults.isEmpty else { throw .settings(faults) }
    }

    private func unixAccess() throws(LaunchFault) -> UnixListeningSocket.Access {
        var access = UnixListeningSocket.Access(mode: configuration.http.unixMode)
        if let name = configuration.http.unixGroup {
            guard let group = UserDatabase.group(named: name.value) else {
                throw .settings([name.prefix(file) + "there is no group “\(name.value)” on this host"])
            }
            access.group = group
        }
        return access
    }
}
