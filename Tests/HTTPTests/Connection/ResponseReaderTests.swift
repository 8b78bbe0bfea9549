// The client's side of one exchange: valid and invalid responses. Each row is read whole, split at each position, and
// octet by octet.

import HTTP
import TestSupport
import Testing

@Suite struct ResponseReaderTests {
    private static let limit = 1_000

    /// The result for octets in these pieces, after which the connection ends.
    private static func read(_ pieces: [ArraySlice<UInt8>]) -> Result<ReceivedResponse, ResponseError> {
        var reader = ResponseReader(contentLimit: limit)
        do throws(ResponseError) {
            for piece in pieces {
                if let answer = try reader.append(piece) { return .success(answer) }
            }
            return .failure(reader.faultAtEnd)
        } catch {
            return .failure(error)
        }
    }

    /// The outcome, if it does not depend on the split.
    private static func readEveryWay(_ text: String) -> Result<ReceivedResponse, ResponseError> {
        let octets = Array(text.utf8)[...]
        let whole = read([octets])
        #expect(read(octets.map { [$0] }) == whole, "octet by octet")
        for index in octets.indices { #expect(read([octets[..<index], octets[index...]]) == whole, "cut at \(index)") }
        return whole
    }

    @Test(
        "A response has its status and content of the announced length",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, "{}"),
            ("HTTP/1.0 200\r\ncontent-length:2\r\nConnection: close\r\n\r\n{}", 200, "{}"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, ""),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}and more", 200, "{}"),
            ("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 3\r\n\r\nnot", 503, "not"),
            ("HTTP/1.1 401 Unauthorized\r\n\r\nwithout a length", 401, ""),
            ("HTTP/1.1 502 Bad Gateway\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", 502, ""),
            ("HTTP/1.1 500 \r\nContent-Length: 99999\r\n\r\n", 500, ""),
        ])
    func answers(_ text: String, _ status: Int, _ content: String) {
        #expect(Self.readEveryWay(text) == .success(ReceivedResponse(status: status, content: Array(content.utf8))))
    }

    @Test(
        "Input that is not HTTP is rejected at once",
        arguments: [
            "SSH-2.0-OpenSSH_9.2p1\r\n", "\0", "h", "HTTP/2 200\r\n\r\n", "HTTP/1.1 OK\r\n\r\n",
            "HTTP/1.x 200 OK\r\n\r\n",
            "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 099 No\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 +20 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\n folded: 1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA\0: 1\r\n\r\n", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1e3\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        ])
    func garbage(_ text: String) {
        #expect(Self.readEveryWay(text) == .failure(.notHTTP))
    }

    @Test(
        "A truncated response is an error",
        arguments: [
            ("", .empty), ("HTTP", .cutShort(at: nil, of: nil)),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r", .cutShort(at: nil, of: nil)),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", .cutShort(at: 0, of: 2)),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{", .cutShort(at: 1, of: 2)),
            ("HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\n{", .cutShort(at: 1, of: 2)),
        ] as [(String, ResponseError)])
    func cutShort(_ text: String, _ fault: ResponseError) {
        #expect(Self.readEveryWay(text) == .failure(fault))
    }

    @Test("Content without a length is rejected, because truncation would go unnoticed")
    func lengthMissing() {
        #expect(Self.readEveryWay("HTTP/1.1 200 OK\r\n\r\n{}") == .failure(.lengthMissing))
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}"
        #expect(Self.readEveryWay(chunked) == .failure(.lengthMissing))
    }

    @Test(
        "A damaged response gives the same result for every split",
        arguments: [1, 20_261_122] as [UInt64])
    func mutations(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "HTTP/1.1 ", "200", " OK", "\r\n", "Content-Length", ": ", "7", "\r\n", "A:b", "\r\n\r\n", "{\"a\": 1}",
        ]
        var outcomes: Set<String> = []
        for _ in 0..<20_000 {
            var parts = pieces.map { Array($0.utf8) }
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let index = Int.random(in: 0..<parts.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: parts.remove(at: index)
                case 1: parts.insert(parts[index], at: index)
                case 2: parts[index].append(UInt8.random(in: .min ... .max, using: &random))
                default: parts.swapAt(index, parts.startIndex)
                }
            }
            let octets = parts.flatMap(\.self)[...]
            let cut = Int.random(in: octets.startIndex...octets.endIndex, using: &random)
            let whole = Self.read([octets])
            try #require(Self.read([octets[..<cut], octets[cut...]]) == whole, "\(octets) cut at \(cut)")
            switch whole {
            case .success(let answer): outcomes.insert("\(answer.status)")
            case .failure(let fault): outcomes.insert("\(fault)")
            }
        }
        #expect(outcomes.isSuperset(of: ["200", "\(ResponseError.notHTTP)", "\(ResponseError.lengthMissing)"]))
    }

    @Test("A response up to the limit is read, one octet more is rejected") func contentLimit() {
        let most = String(repeating: "a", count: Self.limit)
        let answer = Self.readEveryWay("HTTP/1.1 200 OK\r\nContent-Length: \(Self.limit)\r\n\r\n\(most)")
        #expect((try? answer.get())?.content.count == Self.limit)
        #expect(
            Self.readEveryWay("HTTP/1.1 200 OK\r\nContent-Length: \(Self.limit + 1)\r\n\r\n")
                == .failure(.contentTooLarge(limit: Self.limit)))
    }

    @Test("A head up to the limit is read, one octet more is rejected") func headLimit() {
        let rest = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nFill: \r\n\r\n"
        func head(_ size: Int) -> [UInt8] {
            let fill = String(repeating: "a", count: size - rest.utf8.count)
            return Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nFill: \(fill)\r\n\r\n".utf8)
        }
        let limit = ResponseReader.headLimit
        for pieces in [1, 7, limit * 2] {
            func outcome(_ octets: [UInt8]) -> Result<ReceivedResponse, ResponseError> {
                Self.read(stride(from: 0, to: octets.count, by: pieces).map { octets[$0...].prefix(pieces) })
            }
            #expect(outcome(head(limit)) == .success(ReceivedResponse(status: 200, content: [])), "pieces of \(pieces)")
            #expect(outcome(head(limit + 1)) == .failure(.headTooLarge(limit: limit)), "pieces of \(pieces)")
        }
    }
}
