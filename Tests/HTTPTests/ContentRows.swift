// Rows about where content ends (RFC 9112 §6, §7.1).

extension Row {
    private static let chunked = "Transfer-Encoding: chunked\r\n"

    static let framings: [Row] =
        ["-1", "+5", "0x5", "5 5", "", "5,6", "5, 5", "a", "99999999999999999999", "5\u{B}"].map {
            Row("the Content-Length \($0)", post("Content-Length: \($0)\r\n", "hello"), 400)
        } + [
            Row("two Content-Lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400),
            Row("two equal Content-Lengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400),
            Row(
                "both framings", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400),
            Row(
                "Transfer-Encoding in HTTP/1.0",
                "POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            Row(
                "an unknown coding in HTTP/1.0",
                "POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: foo\r\n\r\n", 400),
            Row(
                "an unknown coding beside a length",
                post("Transfer-Encoding: foo\r\nContent-Length: 5\r\n", "hello"), 400),
            Row("no chunked", post("Transfer-Encoding: gzip\r\n", ""), 400),
            Row("an empty Transfer-Encoding", post("Transfer-Encoding:\r\n", ""), 400),
            Row("identity", post("Transfer-Encoding: identity\r\n", ""), 400),
            Row("chunked not last", post("Transfer-Encoding: chunked, gzip\r\n", ""), 400),
            Row(
                "chunked not last, on two lines", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n", ""),
                400
            ),
            Row("chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", ""), 400),
            Row("chunked with a parameter", post("Transfer-Encoding: chunked;a=b\r\n", ""), 400),
            Row("an unknown coding", post("Transfer-Encoding: foo, chunked\r\n", ""), 501),
            Row("a coding that is nearly chunked", post("Transfer-Encoding: xchunked\r\n", ""), 501),
            Row("gzip before chunked", post("Transfer-Encoding: gzip, chunked\r\n", ""), 501),
            Row(
                "chunked in any case", post("Transfer-Encoding: CHUNKED\r\n", "0\r\n\r\n") + next, 405, 200,
                closes: false),
            Row(
                "an empty list element", post("Transfer-Encoding: , chunked\r\n", "0\r\n\r\n") + next, 405, 200,
                closes: false),
        ]

    static let contents: [Row] = [
        Row("content of GET", get("Content-Length: \(next.utf8.count)\r\n") + next + next, 200, 200, closes: false),
        Row("content of no octets", post("Content-Length: 0\r\n", next), 405, 200, closes: false),
        Row("a length with leading zeros", post("Content-Length: 005\r\n", "hello" + next), 405, 200, closes: false),
        Row("chunked content of GET", get(chunked) + "5\r\nhello\r\n0\r\n\r\n" + next, 200, 200, closes: false),
        Row("a chunk size in capitals", post(chunked, "A\r\n0123456789\r\n0\r\n\r\n" + next), 405, 200, closes: false),
        Row(
            "an extension", post(chunked, "1;a\r\nx\r\n1 ; a = \"b\\\"c\" ;d=e\r\nx\r\n0\r\n\r\n" + next), 405, 200,
            closes: false),
        Row("trailers", post(chunked, "0\r\nA: b\r\nC: d\r\n\r\n" + next), 405, 200, closes: false),
        Row("a chunk size that is no number", post(chunked, "x\r\n"), 400),
        Row("no chunk size", post(chunked, "\r\n"), 400),
        Row("a chunk size with a sign", post(chunked, "+5\r\nhello\r\n"), 400),
        Row("a chunk size with 0x", post(chunked, "0x5\r\nhello\r\n"), 400),
        Row("a space after the chunk size", post(chunked, "5 \r\nhello\r\n"), 400),
        Row("a space before the chunk size", post(chunked, " 5\r\nhello\r\n"), 400),
        Row("a chunk size that overflows", post(chunked, "8000000000000000\r\n"), 400),
        Row("a chunk size of 17 digits", post(chunked, "00000000000000005\r\nhello\r\n"), 400),
        Row("a chunk that is too long", post(chunked, "5\r\nhello!\r\n"), 400),
        Row("a chunk that is too short", post(chunked, "5\r\nhell\r\n\r\n0\r\n"), 400),
        Row("a bare LF after the chunk size", post(chunked, "5\nhello\r\n"), 400),
        Row("a bare CR after the chunk size", post(chunked, "5\rhello\r\n"), 400),
        Row("a bare LF after a chunk", post(chunked, "5\r\nhello\n0\r\n\r\n"), 400),
        Row("an extension without a name", post(chunked, "5;\r\nhello\r\n"), 400),
        Row("an extension that is not closed", post(chunked, "5;a=\"b\r\nhello\r\n"), 400),
        Row("an extension with a control character", post(chunked, "5;a=\u{0}\r\nhello\r\n"), 400),
        Row("a trailer that is no field", post(chunked, "0\r\nA b\r\n\r\n"), 400),
        Row("a folded trailer", post(chunked, "0\r\nA: b\r\n c\r\n\r\n"), 400),
        Row("larger than the limit", post("Content-Length: 65537\r\n", "hello"), 405),
        Row("a chunk larger than the limit", post(chunked, "10001\r\nhello"), 405),
    ]
}
