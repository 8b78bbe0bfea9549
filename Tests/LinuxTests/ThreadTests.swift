import Linux
import Testing

@Suite struct ThreadTests {
    @Test("A sleep is no shorter than asked, and none at all where nothing is left", arguments: [-5, 0, 1, 30])
    func sleep(milliseconds: Int) {
        let start = Clock.monotonic
        Thread.sleep(.milliseconds(milliseconds))
        let slept = Clock.monotonic - start
        #expect(slept >= .milliseconds(milliseconds) && slept < .seconds(2))
    }
}
