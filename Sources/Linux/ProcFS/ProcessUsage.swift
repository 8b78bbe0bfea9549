// The resource usage of this process, for the usual process_… metrics (proc(5)).

import Glibc

/// The resource usage of the process.
package struct ProcessUsage: Sendable, Hashable {
    /// User and system time of all threads.
    package let processorTime: Duration
    /// Resident memory in octets; nil if /proc cannot be read.
    package let residentMemory: Int?
    /// Open descriptors; nil if /proc cannot be read.
    package let openDescriptors: Int?
    /// The limit on open descriptors.
    package let descriptorLimit: Int

    /// The current usage.
    package static func current() -> ProcessUsage {
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

    /// The number of entries of /proc/self/fd: since Linux 6.2 the directory's size, before that they are counted.
    private static func descriptors() -> Int? {
        var status = stat()
        guard stat("/proc/self/fd", &status) == 0 else { return nil }
        return status.st_size > 0 ? Int(status.st_size) : countedDescriptors()
    }

    /// Minus one, for the directory that is open for counting.
    private static func countedDescriptors() -> Int? {
        var count = -1
        let isComplete: Void? = try? Directory.forEachEntry(of: "/proc/self/fd") { _ in
            count += 1
            return true
        }
        return isComplete.map { count }
    }
}
