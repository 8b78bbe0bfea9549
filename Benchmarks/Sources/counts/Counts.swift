// The pure hot paths, each as often as the command line says, for a tool that counts instructions. See counts.sh.

import Glibc

/// The program.
@main
enum Counts {
    static func main() {
        let words = CommandLine.arguments.dropFirst()
        guard words.count == 2, let workload = words.first.flatMap(Workload.init(rawValue:)),
            let times = words.last.flatMap(Int.init)
        else {
            let names = Workload.allCases.map(\.rawValue).joined(separator: "|")
            print("usage: counts \(names) TIMES")
            exit(64)
        }
        workload.run(times)
    }
}
