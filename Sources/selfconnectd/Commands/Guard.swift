// `selfconnectd guard`: holds ports in the foreground, without a daemon, a configuration or a privilege.

import ArgumentParser
import Glibc
import Linux
import Monitor
import Probing
import Reporting
import SelfConnect
import Systemd

/// `selfconnectd guard`.
struct Guard: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Holds ports with sockets that do not listen, so that the kernel gives them to no client.",
        discussion: """
            A server that sets SO_REUSEADDR, as nearly all do, binds and listens beside the guard; one that does not \
            cannot. The ports are held until SIGINT or SIGTERM. A port that is in use, or was refused, is taken as soon as \
            that is possible. Exit status 1 if none can be held at the start.
            """)

    @Argument(
        help: "Ports, which stand for both loopback addresses, endpoints, ADDRESS:PORT, or ranges, 50000-50199.",
        completion: .targets)
    var ports: [String]

    @OptionGroup var color: ColorOption

    func run() throws {
        let endpoints = try EndpointArgument.endpoints(ports)
        guard endpoints.count <= GuardPlan.maximumGuards else {
            throw ValidationError("at most \(GuardPlan.maximumGuards) endpoints can be guarded")
        }
        let targets = endpoints.map { Target(endpoint: $0, isGuarded: true) }
        let isHeld = try CommandFault.reporting { () throws(SystemCallError) in
            let signals = try SignalQueue(SIGINT, SIGTERM)
            return try hold(targets, until: signals)
        }
        if !isHeld { throw ExitCode(1) }
    }

    /// Whether there was something to hold, or to wait for.
    private func hold(_ targets: [Target], until signals: consuming SignalQueue) throws(SystemCallError) -> Bool {
        DescriptorLimit.raise(to: targets.count + 64)
        var session = try GuardSession(targets)
        color.write(try session.takeAll())
        guard session.heldCount > 0 || session.isWaiting else { return false }
        Self.notify(.ready, .status(session.status))
        var poller = try Poller()
        try poller.add(signals.number, for: .read, token: 0)
        var isStopped = false
        while !isStopped {
            try poller.wait(session.pause) { _, _ in isStopped = true }
            let news = isStopped ? [] : try session.takeAll()
            color.write(news)
            if !news.isEmpty { Self.notify(.status(session.status)) }
        }
        Self.notify(.stopping)
        return true
    }

    private static func notify(_ states: NotifyState...) {
        do throws(SystemdError) {
            try NotifySocket.send(states, within: .seconds(1))
        } catch {
            CommandFault.print(["\(error)"])
        }
    }
}
