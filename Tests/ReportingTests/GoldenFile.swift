// Files with the expected output. SELFCONNECT_WRITE_GOLDEN=1 rewrites them; the changes must then be reviewed in the
// commit.

import Glibc
import Testing

/// A file under Golden/.
struct GoldenFile {
    let path: String

    init(path: String) {
        self.path = path
    }

    init(_ name: String) {
        path = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Golden/" + name
    }

    /// Checks that the bytes equal the file.
    func expect(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
        if getenv("SELFCONNECT_WRITE_GOLDEN") != nil { write(bytes) }
        let found = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let wanted = String(decoding: read(), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let difference = zip(found, wanted).enumerated().first { $0.element.0 != $0.element.1 }
        if let (line, (new, old)) = difference {
            Issue.record("\(path):\(line + 1): \(new) instead of \(old)", sourceLocation: sourceLocation)
        }
        #expect(found.count == wanted.count, "lines of \(path)", sourceLocation: sourceLocation)
    }

    func write(_ bytes: [UInt8]) {
        guard let file = fopen(path, "we") else {
            Issue.record("\(path) cannot be written")
            return
        }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    func read() -> [UInt8] {
        guard let file = fopen(path, "re") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return bytes
    }
}
