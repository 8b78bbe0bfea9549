// Encoded responses, octet by octet.

import HTTP
import Testing

@Suite struct ResponseEncoderTests {
    private func head(_ response: Response, _ persistence: ResponseEncoder.Persistence = .implied) -> String {
        var octets: [UInt8] = []
        ResponseEncoder.appendHead(of: response, at: .after(0), persistence: persistence, to: &octets)
        return String(decoding: octets, as: UTF8.self)
    }

    @Test("A response has a status line, a date, its fields and its length")
    func wholeHead() {
        let response = Response(
            .ok, contentType: "text/plain", content: Array("hello".utf8), entityTag: EntityTag("a", isWeak: true)
        ).with("Vary", "Accept")
        #expect(
            head(response) == "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain\r\n"
                + "ETag: W/\"a\"\r\nVary: Accept\r\nContent-Length: 5\r\n\r\n")
    }

    @Test("A response has no length if its status allows no content")
    func withoutContent() {
        #expect(
            head(Response(.noContent), .close)
                == "HTTP/1.1 204 No Content\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nConnection: close\r\n\r\n")
    }

    @Test("Empty content has a length of 0, and HTTP/1.0 gets Connection: keep-alive")
    func emptyContent() {
        #expect(
            head(Response(.serviceUnavailable, contentType: "text/plain", content: []), .keepAlive)
                == "HTTP/1.1 503 Service Unavailable\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                + "Content-Type: text/plain\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n")
    }

    @Test("An error is a JSON document for any message")
    func errorDocument() {
        let response = Response(error: .notFound, message: "a \"b\" \\ \n\r\t\u{1}\u{1F}é/")
        #expect(
            String(decoding: response.content, as: UTF8.self)
                == "{\"error\":{\"status\":404,\"message\":\"a \\\"b\\\" \\\\ \\n\\r\\t\\u0001\\u001fé/\"}}\n")
        #expect(response.fields["content-type"] == "application/json")
        #expect(response.fields["cache-control"] == "no-cache")
    }

    @Test(
        "A date is an IMF-fixdate",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (951_868_799, "Tue, 29 Feb 2000 23:59:59 GMT"),
            (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"), (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
            (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"), (Int64.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (-1, "Thu, 01 Jan 1970 00:00:00 GMT"), (Int64.min, "Thu, 01 Jan 1970 00:00:00 GMT"),
        ] as [(Int64, String)])
    func dates(unixTime: Int64, date: String) {
        var octets: [UInt8] = []
        let moment = Moment(now: .zero, unixTime: unixTime)
        ResponseEncoder.appendHead(of: Response(.noContent), at: moment, persistence: .implied, to: &octets)
        #expect(String(decoding: octets, as: UTF8.self) == "HTTP/1.1 204 No Content\r\nDate: \(date)\r\n\r\n")
    }

    @Test("An advanced moment equals the new moment")
    func momentAdvances() {
        var moment = Moment(now: .seconds(1), unixTime: 100)
        moment.advance(now: .seconds(2), unixTime: 100)
        #expect(moment == Moment(now: .seconds(2), unixTime: 100))
        moment.advance(now: .seconds(3), unixTime: 101)
        #expect(moment == Moment(now: .seconds(3), unixTime: 101))
        moment.advance(now: .seconds(4), unixTime: 90)
        #expect(moment == Moment(now: .seconds(4), unixTime: 90), "a wall clock may be set back")
    }

    @Test("A field that would split the response traps")
    func splittingField() async {
        await #expect(processExitsWith: .failure) {
            _ = Response(.noContent).with("X", "a\r\nSet-Cookie: b")
        }
        await #expect(processExitsWith: .failure) {
            _ = Response(.noContent).with("X: a", "b")
        }
        await #expect(processExitsWith: .failure) {
            _ = Response(.noContent).with("content-LENGTH", "5")
        }
    }
}
