// The examples of docs/api.md and of the OpenAPI description are what the program writes for one snapshot.

import Primitives
import Reporting
import SelfConnect
import TestSupport
import Testing

@Suite struct DocumentedAnswersTests {
    /// The document of a path.
    struct Answer: CustomTestStringConvertible, Sendable {
        let path: String
        let document: JSONText

        var testDescription: String { path }
    }

    static let answers: [Answer] = {
        let snapshot = DocumentedExample.snapshot
        let targets = TargetList(snapshot.targets, TargetContext(snapshot))
        var answers = [
            Answer(path: "/", document: JSONDocuments.index(["/", "/v1/status", "/v1/targets"])),
            Answer(
                path: "/v1/status",
                document: JSONDocuments.status(snapshot, DocumentedExample.service, targets: targets)),
            Answer(path: "/v1/summary", document: JSONDocuments.summary(snapshot, DocumentedExample.service)),
            Answer(path: "/v1/targets", document: JSONDocuments.targets(targets)),
            Answer(path: "/v1/kernel", document: JSONDocuments.kernel(snapshot)),
            Answer(path: "/v1/sockets", document: JSONDocuments.sockets(snapshot)),
            Answer(path: "/v1/namespaces", document: JSONDocuments.namespaces(DocumentedExample.hostWithContainer)),
            Answer(path: "/v1/events", document: JSONDocuments.events(snapshot)),
            Answer(
                path: "/-/healthy", document: JSONDocuments.health(exposed: [Endpoint(.loopback4, 49293)])),
            Answer(path: "/-/ready", document: JSONDocuments.ready),
        ]
        if let target = JSONDocuments.target(
            "hdfs-datanode", in: TargetIndex(snapshot.targets, TargetContext(snapshot)))
        {
            answers.append(Answer(path: "/v1/targets/{target}", document: target))
        }
        if let map = snapshot.map.map { answers.append(Answer(path: "/v1/map", document: JSONDocuments.map(map))) }
        return answers
    }()

    @Test(
        "The examples of a route in both documents are what the program writes", arguments: answers,
        ["docs/api.md", "Sources/Reporting/OpenAPI/openapi.json"])
    func example(_ answer: Answer, _ file: String) throws {
        let example = Self.compact(String(decoding: answer.document.octets, as: UTF8.self))
        let isShown = try Self.compact(Repository.text(file)).includes(example)
        #expect(isShown, "\(answer.path): \(example)")
    }

    /// A text without white space, which the documents use for layout.
    private static func compact(_ text: String) -> String {
        String(decoding: text.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
