import CLinux

/// What the allocator holds.
public enum Heap {
    /// Gives what is free back to the kernel (malloc_trim(3)); takes time in proportion to the heap.
    public static func trim() {
        clinux_trim_heaps()
    }
}
