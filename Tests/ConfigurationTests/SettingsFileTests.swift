import Configuration
import Glibc
import Testing

/// Real files of all kinds.
@Suite struct SettingsFileTests {
    @Test("A configuration file is read") func file() throws {
        try withFile(Array(example.utf8)) { path throws in
            #expect(try SettingsFile.load(path).targets.count == 16)
        }
    }

    @Test(
        "A file that is missing or cannot be read gives one line",
        arguments: [
            ("/nowhere/selfconnectd.yaml", "/nowhere/selfconnectd.yaml: No such file or directory (ENOENT)"),
            ("/", "/: Is a directory (EISDIR)"),
            ("/proc/self/mem", "/proc/self/mem: Input/output error (EIO)"),
            ("/dev/null/x", "/dev/null/x: Not a directory (ENOTDIR)"),
            ("", ": No such file or directory (ENOENT)"),
        ])
    func unreadable(_ path: String, _ line: String) throws {
        let fault = try #require(throws: ConfigurationError.self) { try SettingsFile.load(path) }
        #expect(fault.lines == [line])
    }

    @Test("A file that cannot be read gives one line", .enabled(if: geteuid() != 0, "root may read everything"))
    func forbidden() throws {
        try withFile([]) { path throws in
            chmod(path, 0)
            let fault = try #require(throws: ConfigurationError.self) { try SettingsFile.load(path) }
            #expect(fault.lines == ["\(path): Permission denied (EACCES)"])
        }
    }

    @Test("A file of one mebibyte is read, one byte more is rejected") func size() throws {
        let spaces = [UInt8](repeating: UInt8(ascii: "\n"), count: SettingsFile.maximumSize)
        try withFile(spaces) { path throws in #expect(try SettingsFile.load(path) == .default) }
        try withFile(spaces + [10]) { path throws in
            let fault = try #require(throws: ConfigurationError.self) { try SettingsFile.load(path) }
            #expect(fault.lines == ["\(path): the file is too large: a configuration has at most 1048576 bytes"])
        }
    }

    @Test("An endless file is rejected, an empty device gives the defaults") func devices() throws {
        let fault = try #require(throws: ConfigurationError.self) { try SettingsFile.load("/dev/zero") }
        #expect(fault.cause == .tooLarge(limit: SettingsFile.maximumSize))
        #expect(try SettingsFile.load("/dev/null") == .default)
    }

    @Test("A pipe is read to its end") func pipes() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let text = Array("log: {level: debug}".utf8)
        #expect(write(ends[1], text, text.count) == text.count)
        close(ends[1])
        #expect(try SettingsFile.load("/dev/fd/\(ends[0])").log.level == .debug)
    }

    @Test("A fault of a file has the given path") func path() throws {
        try withFile(Array("log: {level: 1}".utf8)) { path throws in
            let fault = try #require(throws: ConfigurationError.self) { try SettingsFile.load(path) }
            #expect(fault.lines.first?.hasPrefix("\(path):1:14: “1” is not a log level") == true)
        }
    }

    private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
        var template = Array("/tmp/selfconnectd-settings-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer { unlink(path) }
        #expect(write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
        try body(path)
    }
}
