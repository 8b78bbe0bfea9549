// `selfconnectd map`: a directed probe of every port of the range, without a daemon.

import ArgumentParser
import Linux
import Primitives
import Probing
import Reporting
import SelfConnect

/// `selfconnectd map`.
struct Map: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Probes every port of the ephemeral range now and shows on which of them clients can connect to themselves.",
        discussion: """
            Each port that is not reserved gets one directed probe as a plain connect(), which takes about a second \
            in all. Services notice nothing: if a port is in use, the kernel refuses it to the probe before a packet \
            is sent. After Ctrl-C the command prints the part of the map that it has.
            """)

    @Option(help: "The address to connect to, which must be an address of this host.")
    var address: String = "\(IPAddress.loopback4)"

    @Flag(help: "Print JSON, the document of /v1/map.")
    var json = false

    @Option(
        help: "Write the picture to this file as well; - is stdout, and then nothing else is printed.",
        completion: .file(extensions: ["svg"]))
    var svg: String?

    /// Ports per slice; between two slices the range is checked for changes.
    private static let slice = 256

    @OptionGroup var color: ColorOption

    @OptionGroup var namespace: NamespaceOption

    func run() throws {
        let address = try parsedAddress()
        if json, svg == "-" { throw ValidationError("--json and --svg - cannot be combined: both write to stdout") }
        try namespace.enter()
        guard let fault = fault(of: address) else { return }
        CommandFault.print(["\(fault)"])
        throw Exit.fault
    }

    /// Sweeps and prints the map; returns the error, if any.
    private func fault(of address: IPAddress) -> String? {
        do throws(SystemCallError) {
            var interrupt = try Interrupt()
            guard let map = try Self.sweep(address, until: &interrupt) else {
                return "\(address) is not an address of this host: nothing was sent"
            }
            try output(map)
            interrupt.end()
            return map.hindrance.map { "\(map.isMeasured ? "the map is not complete" : "nothing was measured"): \($0)" }
        } catch {
            return "\(error)"
        }
    }

    private func output(_ map: PortMap) throws(SystemCallError) {
        if let svg {
            let picture = MapRenderer.svg(map)
            guard svg != "-" else {
                Terminal.write(picture)
                return
            }
            try OutputFile.write(picture, to: svg)
        }
        if json {
            Terminal.write(JSONDocuments.map(map).indented.octets)
        } else {
            color.write(MapText.lines(map))
        }
    }

    private func parsedAddress() throws -> IPAddress {
        do throws(ParseError) {
            return try IPAddress(address)
        } catch {
            throw ValidationError("--address: \(error.message)")
        }
    }

    /// The map; nil, without sending anything, if the address is not local. Ports that are left when the command is
    /// interrupted are not measured.
    private static func sweep(
        _ address: IPAddress, until interrupt: inout Interrupt
    ) throws(SystemCallError) -> PortMap? {
        var survey = try Survey(timeout: .milliseconds(250))
        guard try survey.facts(about: address).isOwn else { return nil }
        // Distinguishes self-connections of clients from probes, which a sweep has no time for.
        _ = try survey.readState()
        var sweep = try survey.sweep(of: address)
        var progress = ProgressLine()
        while true {
            if interrupt.check() { sweep.giveUp(because: "interrupted") }
            let map = try survey.advance(&sweep, atMost: slice)
            progress.show(ProgressText.sweep(sweep))
            if let map {
                progress.erase()
                return map
            }
        }
    }
}
