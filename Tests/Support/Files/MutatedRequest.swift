// Invalid requests: sequences of valid ones with a few random changes.

/// Random and mutated requests.
package enum MutatedRequest {
    private static let seeds = [
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v1/targets?verdict=latent HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip, *;q=0\r\n\r\n",
        "HEAD /metrics?a=b&c=%41 HTTP/1.1\r\nHost: [::1]:80\r\nAccept: */*;q=0.1\r\nIf-None-Match: W/\"one\"\r\n\r\n",
        "GET http://localhost/large HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "CONNECT a:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n0\r\nA: b\r\n\r\n",
        "PUT /v1/targets/x HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
    ].map { Array($0.utf8) }

    private static let tokens = [
        "\r\n", "\r", "\n", "\u{0}", " ", "\t", ":", ",", ";", "\"", "%", "%00", "HTTP/1.1", "Host: b\r\n", "chunked",
        "Content-Length: 1\r\n", "Connection: close\r\n", "0\r\n\r\n", "-1", "99999999999999999999", "[", "]", "é", "*",
        "#",
    ].map { Array($0.utf8) }

    /// One to three requests, most of them damaged.
    package static func octets(_ random: inout SeededGenerator) -> [UInt8] {
        var octets = (0..<Int.random(in: 1...3, using: &random))
            .flatMap { _ in seeds.randomElement(using: &random) ?? [] }
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let index = Int.random(in: 0...octets.count, using: &random)
            let end = min(index + Int.random(in: 1...8, using: &random), octets.count)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: octets.insert(UInt8.random(in: .min ... .max, using: &random), at: index)
            case 1: octets.removeSubrange(index..<end)
            case 2: octets.insert(contentsOf: octets[index..<end], at: index)
            case 3: octets.insert(contentsOf: tokens.randomElement(using: &random) ?? [], at: index)
            default: if index < octets.count { octets[index] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
            }
        }
        return octets
    }
}
