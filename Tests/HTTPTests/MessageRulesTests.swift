// The rules of RFC 9112 and 9110 for a read-only server, row by row: the request and its response. Each row is sent
// whole, octet by octet, and split at every position.

import HTTP
import TestSupport
import Testing

@Suite struct MessageRulesTests {
    @Test(
        "Every row gets its responses for every split of the input",
        arguments: Row.requestLines + Row.hosts + Row.fieldLines)
    func headRows(row: Row) throws {
        try check(row)
    }

    @Test(
        "Framing and content get their responses for every split of the input", arguments: Row.framings + Row.contents)
    func contentRows(row: Row) throws {
        try check(row)
    }

    @Test("Persistent connections and expectations get the right responses", arguments: Row.persistence)
    func connectionRows(row: Row) throws {
        try check(row)
    }

    private func check(_ row: Row) throws {
        let (whole, differing) = runInEverySplit(Array(row.request.utf8))
        let answers = try whole.answers()
        #expect(answers.map(\.status) == row.statuses)
        #expect(whole.isClosing == row.closes)
        #expect(answers.last.map(\.closes) ?? false == row.closes)
        #expect(answers.dropLast().allSatisfy { !$0.closes })
        #expect(differing == [], "cut here, the outcome is another one")
        for answer in answers where answer.status >= 400 && !answer.content.isEmpty {
            let text = String(decoding: answer.content, as: UTF8.self)
            #expect(text.hasPrefix("{\"error\":{\"status\":\(answer.status),\"message\":\""))
            #expect(answer["Content-Type"] == "application/json")
        }
    }
}
