import Glibc
import Linux
import Testing

@Suite struct HeapTests {
    @Test("Memory freed between live allocations is slack until it is trimmed") func slack() throws {
        // Small enough to come from the heap; every second block is freed.
        let blocks = (0..<4_000).map { _ in UnsafeMutableRawPointer.allocate(byteCount: 16_000, alignment: 16) }
        for block in blocks { memset(block, 1, 16_000) }
        for index in stride(from: 0, to: blocks.count, by: 2) { blocks[index].deallocate() }
        let before = try #require(Heap.slack)
        Heap.trim()
        let after = try #require(Heap.slack)
        for index in stride(from: 1, to: blocks.count, by: 2) { blocks[index].deallocate() }
        #expect(before - after > 8 << 20, "\(before) octets, then \(after)")
    }
}
