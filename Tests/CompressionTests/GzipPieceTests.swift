import CZlib
import Compression
import Testing

@Suite struct GzipPieceTests {
    private static let texts = [
        "", "a", String(repeating: "selfconnect_target_verdict 0\n", count: 2000), "selfconnect_target_verdict 1\n",
    ].map { [UInt8]($0.utf8) }

    /// Incompressible octets.
    private static let noise: [UInt8] = {
        var state: UInt32 = 1
        return (0..<100_000).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 24)
        }
    }()

    @Test("A member of one piece decompresses to its input", arguments: texts + [noise], [1, 6, 9] as [Int32])
    func one(octets: [UInt8], effort: Int32) throws {
        #expect(try unpacked(GzipPiece.member(of: [GzipPiece(octets, effort: effort)])) == octets)
    }

    @Test("Many pieces form one member that decompresses to them in order") func many() throws {
        let parts = Self.texts + [Self.noise] + Self.texts.reversed()
        let member = GzipPiece.member(of: parts.map { GzipPiece($0) })
        #expect(try unpacked(member) == Array(parts.joined()))
    }

    @Test("A member without input is empty") func none() throws {
        #expect(try unpacked(GzipPiece.member(of: [])) == [])
    }

    @Test("Repetition is compressed") func ratio() {
        #expect(GzipPiece.member(of: [GzipPiece(Self.texts[2])]).count < Self.texts[2].count / 50)
    }

    private struct Unpackable: Error {
        let code: Int32
        let octetsLeft: UInt32
    }

    /// The content of a single member; zlib checks checksum and length.
    private func unpacked(_ member: [UInt8]) throws -> [UInt8] {
        var stream = z_stream()
        try #require(
            inflateInit2_(&stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { inflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: 1 << 20)
        let count = try member.withUnsafeBufferPointer { input in
            try output.withUnsafeMutableBufferPointer { output in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                let code = inflate(&stream, Z_FINISH)
                guard code == Z_STREAM_END, stream.avail_in == 0 else {
                    throw Unpackable(code: code, octetsLeft: stream.avail_in)
                }
                return output.count - Int(stream.avail_out)
            }
        }
        return Array(output.prefix(count))
    }
}
