// The daemon's probes at full speed, to be set against the C programs of this folder: the same modes, the same
// arguments, the same line of output. See docs/benchmarks.md.

import Glibc
import Linux
import SelfConnect

/// The program.
@main
enum ProbeLoop {
    private static let usage = """
        usage: probeloop loop|guarded|fresh PORT SECONDS | sweep|directed|map|pass FIRST LAST SECONDS
                         | survey FIRST SECONDS
        """

    static func main() {
        let used = Clock.processorTime
        do {
            guard let tally = try run(Array(CommandLine.arguments.dropFirst())) else {
                printErrors(usage)
                exit(64)
            }
            print(tally.attempts, tally.elapsed / .seconds(1), (Clock.processorTime - used) / .seconds(1))
        } catch {
            printErrors("probeloop: \(error)")
            exit(1)
        }
    }

    private static func run(_ words: [String]) throws -> Tally? {
        let numbers = words.dropFirst().compactMap(Double.init)
        let ports = numbers.dropLast().compactMap(UInt16.init(exactly:))
        guard let mode = words.first, numbers.count == words.count - 1, ports.count == numbers.count - 1,
            let first = ports.first, let last = ports.last, let time = numbers.last.map(Duration.seconds)
        else { return nil }
        switch (mode, ports.count) {
        case ("loop", 1): return try Workload.loop(first, as: .connect, for: time)
        case ("guarded", 1): return try Workload.guardedLoop(first, for: time)
        case ("fresh", 1): return try Workload.loop(first, as: .bind, for: time)
        case ("sweep", 2): return try Workload.sweep(PortRange(first, last), for: time)
        case ("directed", 2): return try Workload.directedProbes(PortRange(first, last), for: time)
        case ("map", 2): return try Workload.maps(of: PortRange(first, last), for: time)
        case ("pass", 2): return try Workload.passes(over: PortRange(first, last), for: time)
        case ("survey", 1): return try Workload.survey(from: first, for: time)
        default: return nil
        }
    }

    private static func printErrors(_ text: String) {
        let line = text + "\n"
        _ = write(STDERR_FILENO, line, line.utf8.count)
    }
}
