import Glibc
import Linux
import Settings
import TestSupport
import Testing

@testable import Daemon

/// Who takes away what a preparation has opened.
@Suite struct PendingOpeningsTests {
    private static func openings(_ names: String..., in folder: TemporaryFolder) throws(SystemCallError) -> [Opening] {
        var openings: [Opening] = []
        for name in names {
            let path = "\(folder.path)/\(name)"
            let listener = try UnixListeningSocket(path, UnixListeningSocket.Access(mode: 0o600))
            openings.append(Opening(address: .unix(path), listeners: [listener]))
        }
        return openings
    }

    @Test("What was opened for nobody is taken away, but not what was there before") func opened() throws {
        let folder = try TemporaryFolder()
        let kept = try Self.openings("old", in: folder)
        let new = try Self.openings("new", in: folder)
        let pending = PendingOpenings()
        #expect(try pending.open { kept + new }.count == 2)
        pending.abandon(besides: kept)
        #expect(access("\(folder.path)/old", F_OK) == 0 && access("\(folder.path)/new", F_OK) != 0)
        Opening.withdraw(kept)
    }

    @Test("Once it is given up, a preparation opens nothing") func abandoned() throws {
        let pending = PendingOpenings()
        pending.abandon(besides: [])
        #expect(throws: LaunchFault.self) {
            try pending.open {
                Issue.record("opened")
                return []
            }
        }
    }
}
