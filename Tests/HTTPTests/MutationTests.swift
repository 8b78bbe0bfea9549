// Random and mutated requests: the output is always valid HTTP, the outcome does not depend on the split, and no
// request takes long.

import HTTP
import TestSupport
import Testing

@Suite struct MutationTests {
    @Test("Mutated requests get an HTTP response or none", arguments: [1, 20_261_122] as [UInt64])
    func mutations(seed: UInt64) throws {
        print("mutations with seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let limits = Limits(requestLine: 200, head: 400, fieldCount: 8, content: 20)
        var statuses: Set<Int> = []
        for _ in 0..<50_000 {
            let octets = MutatedRequest.octets(&random)
            let whole = Exchange.run([octets], limits: limits, ends: true)
            let index = Int.random(in: 0...octets.count, using: &random)
            try #require(Exchange.run(cut(octets, at: index), limits: limits, ends: true) == whole, "\(octets)")
            // An error response without content is one to HEAD.
            let answers = try whole.answers(lastIsHead: whole.written.suffix(4) == [13, 10, 13, 10])
            try #require(answers.count - whole.requestCount <= 1, "\(octets)")
            try #require(answers.dropLast().allSatisfy { !$0.closes }, "\(octets)")
            try #require(whole.end != nil, "\(octets)")
            statuses.formUnion(answers.map(\.status))
        }
        #expect(statuses.isSuperset(of: [200, 204, 304, 400, 404, 405, 417, 501, 505]))
    }
}
