import Linux
import Testing

@Suite struct ProgramPagesTests {
    private static func mapped() throws -> Int {
        let line = try KernelFile.text("/proc/self/status").split(separator: "\n").first { $0.hasPrefix("RssFile:") }
        return try #require(line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) })
    }

    @Test func `Pages of the program are released and loaded again when they are needed`() throws {
        let before = try Self.mapped()
        // Other tests run at the same time and map some pages again.
        let after =
            try (0..<5).map { _ in
                ProgramPages.release()
                return try Self.mapped()
            }.min() ?? before
        #expect(after < before / 2, "\(after) of \(before) KiB")
        let sorted = [3, 1, 2].sorted().map { "\($0)" }
        #expect(sorted == ["1", "2", "3"])
    }
}
