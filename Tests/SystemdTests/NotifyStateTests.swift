import Testing

@testable import Systemd

/// The encoding of the states of a service.
@Suite struct NotifyStateTests {
    @Test(
        "Each state is the assignment of sd_notify(3)",
        arguments: [
            (.ready, "READY=1"),
            (.reloading(monotonicMicroseconds: 12_345_678), "RELOADING=1\nMONOTONIC_USEC=12345678"),
            (.stopping, "STOPPING=1"),
            (.status("12 ports watched"), "STATUS=12 ports watched"),
            (.watchdog, "WATCHDOG=1"),
            (.errno(98), "ERRNO=98"),
            (.storeDescriptor(name: "guard-1"), "FDSTORE=1\nFDNAME=guard-1\nFDPOLL=0"),
            (.removeDescriptor(name: "guard-1"), "FDSTOREREMOVE=1\nFDNAME=guard-1"),
            (.extendTimeout(.milliseconds(1500)), "EXTEND_TIMEOUT_USEC=1500000"),
            (.extendTimeout(.seconds(-1)), "EXTEND_TIMEOUT_USEC=0"),
            (.extendTimeout(.seconds(Int64.max)), "EXTEND_TIMEOUT_USEC=18446744073709551615"),
        ] as [(NotifyState, String)])
    func assignments(_ state: NotifyState, _ text: String) {
        #expect(state.assignment == text)
    }

    @Test("A status cannot inject another assignment") func controlCharacters() {
        #expect(NotifyState.status("a\nREADY=1\r\n\u{0}b\u{9B}").assignment == "STATUS=a READY=1   b ")
    }

    @Test("A long status is cut between characters, so that the notification is not lost") func longStatus() {
        let text = NotifyState.status(String(repeating: "é", count: 5000)).assignment.dropFirst("STATUS=".count)
        #expect(text.utf8.count <= NotifyState.longestStatus)
        #expect(text.utf8.count > NotifyState.longestStatus - 5)
        #expect(text.hasSuffix("é…"))
    }

    @Test("The time of a reload is that of the monotonic clock") func reloadingNow() throws {
        guard case .reloading(let first) = NotifyState.reloadingNow,
            case .reloading(let second) = NotifyState.reloadingNow
        else {
            Issue.record("not a reload")
            return
        }
        #expect(first > 0 && second >= first && second - first < 60_000_000)
    }
}
