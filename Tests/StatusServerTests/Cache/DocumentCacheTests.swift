import HTTP
import Testing

@testable import StatusServer

/// What is rendered once, and what is not cached because clients chose it.
@Suite struct DocumentCacheTests {
    private static func document(of count: Int) -> Representation {
        Representation([UInt8](repeating: UInt8(ascii: " "), count: count), .json)
    }

    /// That of a client's choice.
    private static func key(_ name: String) -> DocumentKey {
        DocumentKey(route: .target).selecting(name, in: nil)
    }

    private static func stamp(_ generation: Int, fault: String? = nil) -> DocumentStamp {
        DocumentStamp(generation: generation, service: 0, fault: fault)
    }

    @Test func `Documents of another stamp can be forgotten before the next request`() throws {
        var cache = DocumentCache()
        var isForgotten = cache.forget(unless: Self.stamp(1))
        #expect(!isForgotten)
        _ = cache.renew(Self.stamp(1))
        isForgotten = cache.forget(unless: Self.stamp(1))
        #expect(!isForgotten)
        isForgotten = cache.forget(unless: Self.stamp(2))
        #expect(isForgotten)
        let isNew = cache.renew(Self.stamp(2))
        #expect(isNew)
    }

    @Test func `A document is rendered once for each stamp and shared by all codings`() throws {
        var cache = DocumentCache()
        var rendered = 0
        let render = { () -> Representation? in
            rendered += 1
            return Self.document(of: 5_000)
        }
        _ = cache.renew(Self.stamp(1))
        let plain = cache.answer(DocumentKey(route: .status), to: try Request.of(), render)
        let compressed = cache.answer(
            DocumentKey(route: .status), to: try Request.of("/", "Accept-Encoding: gzip"), render)
        #expect(rendered == 1)
        #expect(plain?.content.count == 5_000 && compressed?.content.count ?? 100 < 100)
        #expect(plain?.entityTag != compressed?.entityTag)
        var isNew = cache.renew(Self.stamp(1))
        #expect(!isNew)
        _ = cache.answer(DocumentKey(route: .status), to: try Request.of(), render)
        #expect(rendered == 1)
        isNew = cache.renew(Self.stamp(1, fault: "stuck"))
        #expect(isNew)
        _ = cache.answer(DocumentKey(route: .status), to: try Request.of(), render)
        #expect(rendered == 2)
        _ = cache.renew(Self.stamp(2))
        _ = cache.answer(DocumentKey(route: .kernel), to: try Request.of(), render)
        _ = cache.answer(DocumentKey(route: .status), to: try Request.of(), render)
        #expect(rendered == 4)
    }

    @Test func `A client that has a document in either coding gets 304, even if it was never compressed`() throws {
        let content = [UInt8](repeating: UInt8(ascii: " "), count: 5_000)
        let gzip = "Accept-Encoding: gzip"
        var known = Representation(content, .json)
        let tags = [try known.answer(to: Request.of()), try known.answer(to: Request.of("/", gzip))].map(\.entityTag)
        #expect(tags[0] != tags[1])
        for tag in tags {
            let held = "If-None-Match: \"\(tag?.opaque ?? "")\""
            var document = Representation(content, .json)
            let answer = try document.answer(to: Request.of("/", gzip, held), isPassing: true)
            #expect(answer.status == .notModified && answer.entityTag == tag && answer.content.isEmpty)
        }
        var document = Representation(content, .json)
        let plain = "If-None-Match: \"\(tags[0]?.opaque ?? "")\""
        let strict = try document.answer(to: Request.of("/", "Accept-Encoding: gzip, identity;q=0", plain))
        #expect(strict.status == .ok && strict.entityTag == tags[1], "it does not take the one that it has")
        let other = try document.answer(to: Request.of("/", gzip, "If-None-Match: \"another\""))
        #expect(other.status == .ok && other.entityTag == tags[1])
    }

    @Test func `At most 256 filtered documents and 4 MiB of them are cached`() throws {
        for (size, kept) in [(10, 256), (1 << 20, 4), (5 << 20, 0)] {
            var cache = DocumentCache()
            _ = cache.renew(Self.stamp(1))
            var rendered = 0
            for _ in 0..<2 {
                for key in 0..<(kept + 8) {
                    let answer = cache.answer(Self.key("\(key)"), to: try Request.of()) {
                        rendered += 1
                        return Self.document(of: size)
                    }
                    #expect(answer?.content.count == size)
                }
            }
            // Those beyond the limit are rendered each time.
            #expect(rendered == kept + 2 * 8, "\(size)")
            let missing = cache.answer(Self.key("none"), to: try Request.of()) { nil }
            #expect(missing == nil)
        }
    }

    @Test func `The last document without room is kept until the next one`() throws {
        var cache = DocumentCache()
        _ = cache.renew(Self.stamp(1))
        var rendered: [String] = []
        func ask(_ key: String) throws -> Response? {
            cache.answer(Self.key(key), to: try Request.of()) {
                rendered.append(key)
                return Self.document(of: 5 << 20)
            }
        }
        for key in ["a", "a", "a", "b", "b", "a"] { #expect(try ask(key)?.content.count == 5 << 20) }
        #expect(rendered == ["a", "b", "a"])
        _ = cache.renew(Self.stamp(2))
        _ = try ask("a")
        #expect(rendered == ["a", "b", "a", "a"])
    }

    @Test func `A document without room is compressed if it is requested again or no other coding is accepted`() throws
    {
        for (fields, coding) in [("", nil), (", identity;q=0", "gzip"), (", *;q=0", "gzip")] {
            var cache = DocumentCache()
            _ = cache.renew(Self.stamp(1))
            let request = try Request.of("/", "Accept-Encoding: gzip\(fields)")
            let render = { () -> Representation? in Self.document(of: 5 << 20) }
            let first = cache.answer(Self.key("a"), to: request, render)
            #expect(first?.fields["Content-Encoding"] == coding)
            #expect(first?.fields["Vary"] == "Accept-Encoding")
            let second = cache.answer(Self.key("a"), to: request, render)
            #expect(second?.fields["Content-Encoding"] == "gzip")
            let plain = cache.answer(Self.key("a"), to: try Request.of(), render)
            #expect(plain?.content.count == 5 << 20 && plain?.entityTag != second?.entityTag)
        }
    }
}
