import CLinux
import Glibc

/// What the allocator holds.
public enum Heap {
    /// Whether so much address space is to be had (RLIMIT_AS). Nothing is taken.
    public static func hasRoom(for octets: Int) -> Bool {
        let space = mmap(nil, octets, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let space, space != MAP_FAILED else { return false }
        munmap(space, octets)
        return true
    }

    /// Octets of memory that the process has and does not use: resident pages that are no file's, less what is allocated. What
    /// is free between two allocations is counted too. Nil where /proc cannot be read.
    public static var slack: Int? {
        guard let text = try? KernelFile.text("/proc/self/statm") else { return nil }
        let pages = text.split(separator: " ").prefix(3).compactMap { Int($0) }
        guard pages.count == 3 else { return nil }
        return (pages[1] - pages[2]) * Int(getpagesize()) - Int(clamping: clinux_heaps_in_use())
    }

    /// Gives what is free back to the kernel (malloc_trim(3)); takes time in proportion to the heap.
    public static func trim() {
        clinux_trim_heaps()
    }
}
