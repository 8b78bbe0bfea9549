public import Linux

/// The TCP sockets of the calling thread's network namespace, as /proc/net/tcp and tcp6 tell them (proc(5)): another
/// source than the one that is tested.
public enum SocketStates {
    /// How many closed connections wait that have none of these ports at either end.
    public static func timeWaitCount(apartFrom ports: Set<UInt16>) throws(SystemCallError) -> Int {
        var count = 0
        for file in ["tcp", "tcp6"] {
            let lines = try SmallFile.text("/proc/thread-self/net/\(file)").split(separator: "\n").dropFirst()
            for line in lines {
                let fields = line.split(separator: " ")
                guard fields.count > 3, fields[3] == "06" else { continue }
                let ends = fields[1...2].compactMap { UInt16($0.suffix(4), radix: 16) }
                if ports.isDisjoint(with: ends) { count += 1 }
            }
        }
        return count
    }
}
