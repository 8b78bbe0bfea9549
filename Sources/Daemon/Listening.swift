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
    let passed: [PassedSocket]
    let logger: Logger

    /// The listeners, in the order of the settings.
    func open() throws(LaunchFault) -> [any Listener] {
        let inherited = try inherit()
        try check(configuration.listen + inherited.addresses)
        let access = try unixAccess()
        var listeners: [any Listener] = []
        do throws(SystemCallError) {
            for address in configuration.listen {
                switch address.value {
                case .tcp(let endpoint): listeners.append(try ListeningSocket(endpoint))
                case .unix(let path): listeners.append(try UnixListeningSocket(path, access))
                case .systemd: listeners += inherited.listeners
                }
            }
        } catch {
            for listener in listeners { listener.withdraw() }
            throw Launch.fault(error)
        }
        return listeners
    }

    private struct Inherited {
        var listeners: [any Listener] = []
        /// Where they can be reached, with the place in the file that asks for them.
        var addresses: [Located<ListenAddress>] = []
    }

    /// Takes the passed sockets over if the settings ask for them; else they are closed.
    private func inherit() throws(LaunchFault) -> Inherited {
        var result = Inherited()
        let wish = configuration.listen.first { $0.value == .systemd }
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
            throw .settings([wish.prefix(file) + "the service manager has passed no socket: start its socket unit"])
        }
        return result
    }

    private func check(_ addresses: [Located<ListenAddress>]) throws(LaunchFault) {
        let kernel: KernelFacts
        do throws(SystemCallError) {
            kernel = try KernelSurvey().read()
        } catch {
            throw Launch.fault(error)
        }
        let exposed = allowsEphemeralListen ? [] : ListenCheck.faults(of: addresses, against: kernel, file: file)
        let faults = exposed + AccessCheck.faults(of: addresses, under: configuration.http, file: file)
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
