// gzip in pieces. A document that consists of a constant and a passing part should not be compressed whole each time,
// and a stream of several gzip members, which RFC 1952 §2.2 allows, is read up to the end of the first by much that
// unpacks HTTP. So the pieces are put together one layer below: each is compressed by itself into deflate blocks that
// end at an octet (Z_FULL_FLUSH) and refer to nothing before them, which may follow any other (RFC 1951 §2). One member
// is made of them, whose checksum follows from the pieces' checksums (crc32_combine).

import CZlib

/// A part of a gzip member.
package struct GzipPiece: Sendable {
    /// Deflate blocks, none of them the last.
    let blocks: [UInt8]
    /// CRC-32 of what was compressed.
    let checksum: UInt
    /// Octets of what was compressed.
    let count: Int

    /// Compresses the octets.
    ///
    /// - Parameter effort: from 1, fast, to 9, small (zlib.h).
    package init(_ octets: [UInt8], effort: Int32 = 6) {
        blocks = Self.deflate(octets, effort)
        checksum = octets.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
        count = octets.count
    }

    /// One gzip member of these pieces, in their order (RFC 1952 §2.3): no name, no time, made on Unix.
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
        // The last block: empty, with fixed codes (RFC 1951 §3.2.6).
        member += [0x03, 0x00]
        member.append(littleEndian: UInt32(truncatingIfNeeded: checksum))
        member.append(littleEndian: UInt32(truncatingIfNeeded: count))
        return member
    }

    private static func deflate(_ octets: [UInt8], _ effort: Int32) -> [UInt8] {
        var stream = z_stream()
        // Fails for want of memory only, of which Swift cannot run out and go on.
        guard czlib_deflate_init_raw(&stream, effort) == Z_OK else { preconditionFailure("no memory for zlib") }
        defer { deflateEnd(&stream) }
        // A full flush adds an empty stored block, and at most what deflateBound does not count.
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
