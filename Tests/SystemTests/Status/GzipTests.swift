import TestSupport
import Testing

@Suite("gzip", .enabled(if: PrivateNetwork.isAvailable))
struct GzipTests {
    @Test("A compressed document has the same content and another validator") func documents() throws {
        try PrivateNetwork.run {
            // A loop or a map that ends between two responses would change the second.
            let daemon = try RunningDaemon(
                """
                probe: {interval: 1h, loop: {interval: 0s}}
                map: {interval: 0s}
                targets: [{name: a, ports: 40001}]
                """)
            for path in ["/v1/status", "/v1/targets", "/v1/targets/a"] {
                let plain = try daemon.get(path)
                let compressed = try daemon.get(path, "--compressed")
                #expect(compressed.content == plain.content, "\(path)")
                #expect(compressed.fields["content-encoding"] == "gzip" && plain.fields["content-encoding"] == nil)
                #expect(plain.fields["vary"] == "Accept-Encoding" && compressed.fields["vary"] == "Accept-Encoding")
                let tag = try #require(compressed.fields["etag"])
                #expect(plain.fields["etag"] != tag)
                #expect(try daemon.get(path, "--compressed", "-H", "If-None-Match: \(tag)").status == 304)
                #expect(try daemon.get(path, "-H", "If-None-Match: \(tag)").status == 200)
            }
        }
    }

    @Test("A small document is not compressed, and neither is one for a client that refuses gzip")
    func exceptions() throws {
        try PrivateNetwork.run {
            let daemon = try RunningDaemon("targets: [{name: a, ports: 40001}]")
            #expect(try daemon.get("/-/healthy", "--compressed").fields["content-encoding"] == nil)
            let refused = try daemon.get("/v1/status", "-H", "Accept-Encoding: gzip;q=0, *")
            #expect(refused.fields["content-encoding"] == nil)
        }
    }

    @Test("curl, gzip and Python decompress the metrics to the families of the plain text")
    func metrics() throws {
        try PrivateNetwork.run {
            // A loop or a map that ends between two scrapes would add a family.
            let daemon = try RunningDaemon(
                "{probe: {loop: {interval: 0s}}, map: {interval: 0s}, targets: [{name: a, ports: 40001-40004}]}")
            for type in ["text/plain", "application/openmetrics-text"] {
                let accept = "Accept: \(type)"
                let plain = Self.families(try daemon.get("/metrics", "-H", accept).content)
                let answer = try daemon.get("/metrics", "-H", accept, "--compressed")
                #expect(answer.fields["content-encoding"] == "gzip")
                #expect(answer.fields["vary"] == "Accept, Accept-Encoding")
                #expect(Self.families(answer.content) == plain && plain.count > 20)
                let ask = "curl -s --noproxy '*' -H '\(accept)' -H 'Accept-Encoding: gzip' 127.0.0.1:9293/metrics"
                let unpackers = [
                    "gzip -dc",
                    "python3 -c 'import sys,zlib; d=zlib.decompressobj(31);"
                        + " sys.stdout.buffer.write(d.decompress(sys.stdin.buffer.read())); assert d.eof and not d.unused_data'",
                ]
                for unpacker in unpackers {
                    let outcome = try Program.run("bash", ["-o", "pipefail", "-c", "\(ask) | \(unpacker)"])
                    #expect(outcome.end == .exited(0) && Self.families(outcome.output) == plain, "\(outcome.errors)")
                }
            }
        }
    }

    /// The part that does not change between scrapes.
    private static func families(_ text: String) -> [Substring] {
        text.split(separator: "\n").filter { $0.hasPrefix("# ") }
    }
}
