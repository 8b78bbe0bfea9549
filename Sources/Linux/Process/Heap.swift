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

    /// Gives what is free back to the kernel (malloc_trim(3)); takes time in proportion to the heap.
    public static func trim() {
        clinux_trim_heaps()
    }
}
