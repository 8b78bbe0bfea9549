// Rows about field lines, Host and persistence (RFC 9112 §3.2, §5, §9.3).

extension Row {
    static let hosts: [Row] =
        [
            Row("no Host", "GET / HTTP/1.1\r\n\r\n", 400),
            Row("no Host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", 200),
            Row("no Host beside the absolute form", "GET http://localhost/ HTTP/1.1\r\n\r\n", 400),
            Row("two Hosts", get("Host: other\r\n"), 400),
            Row("two equal Hosts", get("Host: localhost\r\n"), 400),
            Row("two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        ]
        + [
            "", "me@localhost", "localhost:80:80", "[::1", "[::zz]", "[]", "%zz", "a b", "a/b", "a,b c", ":80", "a:x",
            "a:99999", "::1", "[::1]x", "[1::2::3]", "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[::1.2.3]",
            "[fe80::1%25lo]",
            "[::1.2.3.256]", "[12345::]", "[1:]", "[:1]", "[1.2.3.4::]", "[:::]", "[1:::2]", "[1:2:3:4:5:6:7:1.2.3.4]",
            "[1::2:3:4:5:6:7:8]", "[::01.2.3.4]", "a\\b", "a\"b", "é",
        ].map { Row("the Host \($0)", "GET / HTTP/1.1\r\nHost: \($0)\r\n\r\n", 400) }
        + [
            "localhost", "LocalHost:80", "localhost:", "127.0.0.1:9293", "[::1]", "[::1]:9293", "[1:2:3:4:5:6:7:8]",
            "[1::]", "[::]", "[::1.2.3.4]", "[1:2::7:8]", "[::2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]",
            "[::ffff:127.0.0.1]", "[1:2:3:4:5:6:1.2.3.4]", "[v1.a:b]", "a%20b", "a_b.example", "256.1.1.1",
            "a!$&'()*+,;=b",
        ].map { Row("the Host \($0)", "GET / HTTP/1.1\r\nHost: \($0)\r\n\r\n", 200, closes: false) }

    static let fieldLines: [Row] = [
        Row("white space before the first field", "GET / HTTP/1.1\r\n Host: localhost\r\n\r\n", 400),
        Row("white space before the colon", get("Name : value\r\n"), 400),
        Row("a tab before the colon", get("Name\t: value\r\n"), 400),
        Row("no colon", get("Name\r\n"), 400),
        Row("no name", get(": value\r\n"), 400),
        Row("a name that is no token", get("Na(me: value\r\n"), 400),
        Row("a name with an octet above 7F", get("Namé: value\r\n"), 400),
        Row("NUL in a value", get("Name: a\u{0}b\r\n"), 400),
        Row("a bare CR in a value", get("Name: a\rb\r\n"), 400),
        Row("a control character in a value", get("Name: a\u{1B}b\r\n"), 400),
        Row("a folded line", get("Name: a\r\n b\r\n"), 400),
        Row("a line folded with a tab", get("Name: a\r\n\tb\r\n"), 400),
        Row("tabs around a value", "GET / HTTP/1.1\r\nHost:\tlocalhost\t \r\n\r\n", 200, closes: false),
        Row("no white space around a value", "GET / HTTP/1.1\r\nHost:localhost\r\n\r\n", 200, closes: false),
        Row("a name in capitals", "GET / HTTP/1.1\r\nHOST: localhost\r\n\r\n", 200, closes: false),
        Row("an empty value", get("Name:\r\n"), 200, closes: false),
        Row("an unknown field", get("X-Y: z\r\n"), 200, closes: false),
        Row("octets above 7F in a value", get("Name: é\r\n"), 200, closes: false),
        Row("a tab within a value", get("Name: a\tb\r\n"), 200, closes: false),
    ]

    static let persistence: [Row] = [
        Row("HTTP/1.1 goes on", get("") + next, 200, 200, closes: false),
        Row("HTTP/1.1 with close", get("Connection: close\r\n") + next, 200),
        Row("close behind a stray quotation mark", get("Connection: \", close\r\n") + next, 200),
        Row("close in a list", get("Connection: x, Close\r\n") + next, 200),
        Row("close on a second line", get("Connection: x\r\nConnection: close\r\n") + next, 200),
        Row("close beats keep-alive", get("Connection: keep-alive, close\r\n") + next, 200),
        Row("HTTP/1.0 ends", "GET / HTTP/1.0\r\n\r\n" + next, 200),
        Row(
            "HTTP/1.0 with keep-alive", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n" + next, 200, 200,
            closes: false),
        Row("an expectation with content", post("Expect: 100-continue\r\nContent-Length: 5\r\n", "") + next, 405),
        Row("an expectation without content", get("Expect: 100-Continue\r\n") + next, 200, 200, closes: false),
        Row("another expectation", get("Expect: 200-ok\r\n"), 417),
        Row("another expectation in a list", get("Expect: 100-continue, 200-ok\r\n"), 417),
        Row("an empty list of expectations", get("Expect: ,\r\nExpect:\r\n") + next, 200, 200, closes: false),
        Row(
            "an expectation in HTTP/1.0",
            "POST / HTTP/1.0\r\nConnection: keep-alive\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"
                + next,
            405, 200, closes: false),
        Row("an upgrade is not taken", get("Connection: upgrade\r\nUpgrade: h2c\r\n") + next, 200, 200, closes: false),
        Row("an error after an answer", get("") + "x\r\n\r\n", 200, 400),
    ]
}
