import Glibc
import Linux
import Systemd
import TestSupport
import Testing

@testable import Daemon

/// Lines with a slow or missing reader.
@Suite struct LogWriterTests {
    /// A pipe that is not read until a test does.
    private struct Pipe: ~Copyable {
        let reading: Descriptor
        let writing: Descriptor

        init() throws {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw SystemCallError("pipe", code: errno) }
            reading = Descriptor(owning: ends[0])
            writing = Descriptor(owning: ends[1])
        }

        /// The lines available now, without blocking; complete, since each is one write.
        func lines() -> [String] {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            var text: [UInt8] = []
            repeat {
                let count = read(reading.number, &buffer, buffer.count)
                guard count > 0 else { break }
                text += buffer.prefix(count)
            } while true
            return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
        }

        /// All lines up to one with this ending.
        func lines(until last: String) -> [String] {
            var text: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while !text.ends(with: last + "\n") {
                let count = read(reading.number, &buffer, buffer.count)
                guard count > 0 else { break }
                text += buffer.prefix(count)
            }
            return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    private static func writer(to descriptor: Int32) -> LogWriter {
        LogWriter(to: descriptor) { .line(Array("\($0) dropped\n".utf8)) }
    }

    private static func line(_ number: Int) -> LogWriter.Item {
        .line(Array("\(number) \(String(repeating: "x", count: 1_000))\n".utf8))
    }

    @Test("An entry of the journal counts with its text and its fields, not only with the line for stderr")
    func entries() throws {
        let pipe = try Pipe()
        let writer = Self.writer(to: pipe.writing.number)
        let field = JournalEntry.Field("SELFCONNECT_REASON", String(repeating: "x", count: LogWriter.capacity / 4))
        let entry = JournalEntry(String(repeating: "y", count: LogWriter.capacity / 4), priority: .info, fields: [field])
        writer.put(.entry(entry, otherwise: Array("line\n".utf8)))
        writer.put(.entry(entry, otherwise: Array("line\n".utf8)))
        #expect(writer.dropped == 1)
    }

    @Test("Writing a line never blocks; lines that do not fit are dropped and counted in a message")
    func full() throws {
        let pipe = try Pipe()
        let writer = Self.writer(to: pipe.writing.number)
        try writer.start()
        // More than the capacity of a pipe and the queue.
        for number in 0..<2_000 { writer.put(Self.line(number)) }
        #expect(!writer.waitUntilWritten(by: Clock.monotonic + .milliseconds(10)), "the pipe has no reader")
        var lines: [String] = []
        func numbers(_ suffix: String) -> [Int] {
            lines.compactMap { $0.hasSuffix(suffix) ? Int($0.prefix { $0 != " " }) : nil }
        }
        #expect(fcntl(pipe.reading.number, F_SETFL, O_NONBLOCK) == 0)
        let areAllThere = Waiting.holds {
            lines += pipe.lines()
            return numbers("x").count + numbers("dropped").reduce(0, +) == 2_000
        }
        let dropped = numbers("dropped").reduce(0, +)
        #expect(areAllThere && numbers("x") == numbers("x").sorted() && dropped > 0 && dropped == writer.dropped)
        #expect(writer.waitUntilWritten(by: Clock.monotonic + Waiting.limit))
        writer.put(.line(Array("last\n".utf8)))
        #expect(Waiting.holds { pipe.lines() == ["last"] } && writer.dropped == dropped)
    }

    @Test("Lines from before the start of the writer are written in order") func before() throws {
        let pipe = try Pipe()
        let writer = Self.writer(to: pipe.writing.number)
        for number in 0..<10 { writer.put(Self.line(number)) }
        try writer.start()
        #expect(writer.waitUntilWritten(by: Clock.monotonic + Waiting.limit))
        writer.put(.line(Array("last\n".utf8)))
        #expect(pipe.lines(until: "last").count == 11)
    }

    @Test("A reader that has gone costs only log lines") func gone() throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        let writing = Descriptor(owning: ends[1])
        let writer = Self.writer(to: writing.number)
        try writer.start()
        writer.put(Self.line(1))
        #expect(writer.waitUntilWritten(by: Clock.monotonic + Waiting.limit))
        #expect(writer.dropped == 1)
    }

    @Test("A descriptor that another process has made non-blocking gets whole lines") func nonBlocking() throws {
        let pipe = try Pipe()
        #expect(fcntl(pipe.writing.number, F_SETFL, O_NONBLOCK) == 0)
        let writer = Self.writer(to: pipe.writing.number)
        try writer.start()
        for number in 0..<200 { writer.put(Self.line(number)) }
        writer.put(.line(Array("last\n".utf8)))
        let lines = pipe.lines(until: "last")
        #expect(lines.count == 201 && lines.dropLast().allSatisfy { $0.hasSuffix("xx") } && writer.dropped == 0)
    }
}

extension [UInt8] {
    fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
