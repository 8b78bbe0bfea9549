// What this process uses, for the process_… metrics that every exporter has (proc(5)).

import Glibc

/// The process's use of the machine.
public struct ProcessUsage: Sendable, Hashable {
    /// Of all threads, user and system.
    public let processorTime: Duration
    /// Resident memory, in octets; nil where /proc does not tell.
    public let residentMemory: Int?
    /// Open descriptors; nil where /proc does not tell.
    public let openDescriptors: Int?
    /// The limit on open descriptors.
    public let descriptorLimit: Int

    /// The use at this moment.
    public static func current() -> ProcessUsage {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return ProcessUsage(
            processorTime: Clock.processorTime, residentMemory: resident(), openDescriptors: descriptors(),
            descriptorLimit: Int(clamping: limit.rlim_cur))
    }

    /// The second number of statm, in pages.
    private static func resident() -> Int? {
        guard let text = try? KernelFile.text("/proc/self/statm") else { return nil }
        let fields = text.split(separator: " ")
        return fields.count > 1 ? Int(fields[1]).map { $0 * Int(getpagesize()) } : nil
    }

    /// The entries of /proc/self/fd: since Linux 6.2 its size tells their number, before they have to be counted.
    private static func descriptors() -> Int? {
        var status = stat()
        guard stat("/proc/self/fd", &status) == 0 else { return nil }
        return status.st_size > 0 ? Int(status.st_size) : countedDescriptors()
    }

    /// One less than there are: the counting itself opened one.
    private static func countedDescriptors() -> Int? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = -1
        while let entry = readdir(directory) {
            if entry.pointee.d_name.0 != CChar(bitPattern: UInt8(ascii: ".")) { count += 1 }
        }
        return count
    }
}
