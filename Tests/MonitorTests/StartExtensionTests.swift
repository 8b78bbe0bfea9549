import Testing

@testable import Monitor

@Suite struct StartExtensionTests {
    @Test("More time to start is requested at most once a second and not at the first step") func startExtension() {
        var start = StartExtension()
        let asked = (0...50).filter { start.extendIfDue(at: .milliseconds(100 * $0)) }
        #expect(asked == [10, 20, 30, 40, 50])
        var stuck = StartExtension()
        #expect(
            !stuck.extendIfDue(at: .zero) && stuck.extendIfDue(at: .seconds(30)) && !stuck.extendIfDue(at: .seconds(30))
        )
    }
}
