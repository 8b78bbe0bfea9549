// Composes gzip documents from pieces. A document consists of a constant part and a changing part; compressing all of
// it each time would waste time. Several gzip members in one stream (RFC 1952 §2.2) are no alternative: many HTTP
// clients decode only the first one. So each piece is compressed separately into deflate blocks that end at an octet
// boundary (Z_FULL_FLUSH) and refer to no earlier data; they may follow any other block (RFC 1951 §2). The pieces form
// one member; its checksum is computed from theirs (crc32_combine).

import CZlib

/// A part of a gzip member.
package struct GzipPiece: Sendable {
    /// Deflate blocks, without the final block.
    let blocks: [UInt8]
    /// CRC-32 of the uncompressed data.
    let checksum: UInt
    /// Number of uncompressed octets.
    let count: Int

    /// Compresses the octets.
    ///
    /// - Parameter effort: 1 (fastest) to 9 (smallest), see zlib.h.
    package init(_ octets: [UInt8], effort: Int32 = 6) {
        blocks = Self.deflate(octets, effort)
        checksum = octets.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
        count = octets.count
    }

    /// One gzip member with these pieces in this order (RFC 1952 §2.3): no name, no time, OS Unix.
    package static func member(of pieces: [GzipPiece]) -> [UInt8] {
        var member: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
        member.reserveCapacity(pieces.reduce(24) { $0 + $1.blocks.count })
        var checksum: UInt = 0
        var count = 0
        for piece in pieces {
            member += piece.blocks
            checksum = crc32_combine(checksum, piece.checksum, piece.count)
            count += piece.count
        }
        // The final block: empty, with fixed codes (RFC 1951 §3.2.6).
        member += [0x03, 0x00]
        member.append(littleEndian: UInt32(truncatingIfNeeded: checksum))
        member.append(littleEndian: UInt32(truncatingIfNeeded: count))
        return member
    }

    private static func deflate(_ octets: [UInt8], _ effort: Int32) -> [UInt8] {
        var stream = z_stream()
        // Fails only when memory runs out, which Swift does not survive either.
        guard czlib_deflate_init_raw(&stream, effort) == Z_OK else { preconditionFailure("no memory for zlib") }
        defer { deflateEnd(&stream) }
        // A full flush adds an empty stored block, which deflateBound does not count: at most 16 octets.
        let capacity = Int(deflateBound(&stream, UInt(octets.count))) + 16
        return octets.withUnsafeBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: capacity) { output, written in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(capacity)
                let result = CZlib.deflate(&stream, Z_FULL_FLUSH)
                precondition(result == Z_OK && stream.avail_in == 0 && stream.avail_out > 0, "deflate needs more room")
                written = capacity - Int(stream.avail_out)
            }
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: UInt32) {
        for shift in stride(from: 0, to: 32, by: 8) { append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
    }
}
