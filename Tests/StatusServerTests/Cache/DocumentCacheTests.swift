import HTTP
import Reporting
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

    /// One whose rendering takes no time.
    private static func cache() -> DocumentCache { DocumentCache(at: .zero) { .zero } }

    private static func stamp(_ generation: Int, fault: String? = nil) -> DocumentStamp {
        DocumentStamp(generation: generation, service: 0, fault: fault)
    }

    @Test func `Documents of another stamp can be forgotten before the next request`() throws {
        var cache = Self.cache()
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
        var cache = Self.cache()
        var rendered = 0
        let render = { () -> Representation? in
            rendered += 1
            return Self.document(of: 5_000)
        }
        _ = cache.renew(Self.stamp(1))
        let plain = cache.answer(DocumentKey(route: .status), to: try Request.of(), at: .zero, render)
        let compressed = cache.answer(
            DocumentKey(route: .status), to: try Request.of("/", "Accept-Encoding: gzip"), at: .zero, render)
        #expect(rendered == 1)
        #expect(plain?.content.count == 5_000 && compressed?.content.count ?? 100 < 100)
        #expect(plain?.entityTag != compressed?.entityTag)
        var isNew = cache.renew(Self.stamp(1))
        #expect(!isNew)
        _ = cache.answer(DocumentKey(route: .status), to: try Request.of(), at: .zero, render)
        #expect(rendered == 1)
        isNew = cache.renew(Self.stamp(1, fault: "stuck"))
        #expect(isNew)
        _ = cache.answer(DocumentKey(route: .status), to: try Request.of(), at: .zero, render)
        #expect(rendered == 2)
        _ = cache.renew(Self.stamp(2))
        _ = cache.answer(DocumentKey(route: .kernel), to: try Request.of(), at: .zero, render)
        _ = cache.answer(DocumentKey(route: .status), to: try Request.of(), at: .zero, render)
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
            var cache = Self.cache()
            _ = cache.renew(Self.stamp(1))
            var rendered = 0
            for _ in 0..<2 {
                for key in 0..<(kept + 8) {
                    let answer = cache.answer(Self.key("\(key)"), to: try Request.of(), at: .zero) {
                        rendered += 1
                        return Self.document(of: size)
                    }
                    #expect(answer?.content.count == size)
                }
            }
            // Those beyond the limit are rendered each time.
            #expect(rendered == kept + 2 * 8, "\(size)")
            let missing = cache.answer(Self.key("none"), to: try Request.of(), at: .zero) { nil }
            #expect(missing == nil)
        }
    }

    @Test func `The last document without room is kept until the next one`() throws {
        var cache = Self.cache()
        _ = cache.renew(Self.stamp(1))
        var rendered: [String] = []
        func ask(_ key: String) throws -> Response? {
            cache.answer(Self.key(key), to: try Request.of(), at: .zero) {
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
            var cache = Self.cache()
            _ = cache.renew(Self.stamp(1))
            let request = try Request.of("/", "Accept-Encoding: gzip\(fields)")
            let render = { () -> Representation? in Self.document(of: 5 << 20) }
            let first = cache.answer(Self.key("a"), to: request, at: .zero, render)
            #expect(first?.fields["Content-Encoding"] == coding)
            #expect(first?.fields["Vary"] == "Accept-Encoding")
            let second = cache.answer(Self.key("a"), to: request, at: .zero, render)
            #expect(second?.fields["Content-Encoding"] == "gzip")
            let plain = cache.answer(Self.key("a"), to: try Request.of(), at: .zero, render)
            #expect(plain?.content.count == 5 << 20 && plain?.entityTag != second?.entityTag)
        }
    }

    @Test func `Lists that clients choose are refused while they have used up their time, all else is not`() throws {
        var spent = Duration.zero
        var cache = DocumentCache(at: .zero) { spent }
        _ = cache.renew(Self.stamp(1))
        var rendered = 0
        func list(_ offset: Int) -> DocumentKey {
            DocumentKey(route: .targets).selecting(slice: ListSlice(offset: offset, limit: 10))
        }
        func answer(_ key: DocumentKey, at now: Duration = .zero) throws -> Response? {
            cache.answer(key, to: try Request.of(), at: now) {
                rendered += 1
                spent += DocumentCache.burst / 2
                return Self.document(of: 10)
            }
        }
        for offset in 1...3 { #expect(try answer(list(offset))?.status == .ok) }
        let refused = try answer(list(4))
        // A second too much was spent, and half of a core is for such lists.
        #expect(refused?.status == .serviceUnavailable && refused?.fields["Retry-After"] == "2" && rendered == 3)
        #expect(try answer(list(1))?.status == .ok && rendered == 3, "it is cached")
        #expect(try answer(DocumentKey(route: .status))?.status == .ok && rendered == 4, "there is one of it")
        #expect(try answer(Self.key("a"))?.status == .ok && rendered == 5, "it has one target")
        #expect(try answer(list(4), at: .seconds(2))?.status == .ok && rendered == 6)
    }
}
