import CLinux
import Glibc

/// The state of the memory allocator.
package enum Heap {
    /// Whether this much address space is available (RLIMIT_AS). Nothing stays allocated.
    package static func hasRoom(for octets: Int) -> Bool {
        let space = mmap(nil, octets, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let space, space != MAP_FAILED else { return false }
        munmap(space, octets)
        return true
    }

    /// Octets of unused memory of the process: resident anonymous pages minus allocated memory. Includes free space
    /// between allocations. Nil if /proc cannot be read.
    package static var slack: Int? {
        guard let text = try? KernelFile.text("/proc/self/statm") else { return nil }
        let pages = text.split(separator: " ").prefix(3).compactMap { Int($0) }
        guard pages.count == 3 else { return nil }
        return (pages[1] - pages[2]) * Int(getpagesize()) - Int(clamping: clinux_heaps_in_use())
    }

    /// Returns free memory to the kernel (malloc_trim(3)); the time is proportional to the size of the heap.
    package static func trim() {
        clinux_trim_heaps()
    }
}
