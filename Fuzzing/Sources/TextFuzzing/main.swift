// Texts of the kernel, of other processes and of command lines: whatever they contain, what is read from them can be
// printed on one line, and what has a text form is the same when it is read from that form again.

import Driver

@testable import Linux
@testable import SelfConnect
@testable import StatusClient
@testable import Systemd

func testKernelText(_ text: String) {
    let lines = text.utf8.count { $0 == 10 } + 1
    for mount in MountInfo.mounts(in: text) { precondition(mount.path.utf8.count <= text.utf8.count, "a longer path") }
    precondition(PasswdFile.parse(text).count <= lines, "more users than lines")
    _ = ControlGroups.mountPoint(in: text)
    _ = TCPStatistics.failedAttempts(in: text)
    _ = SocketUsage.count("inuse", inText: text)
}

func testControlGroup(_ path: String) {
    if let unit = SystemdUnit(ofControlGroup: path) {
        precondition(path.contains(unit.name), "a unit that the control group does not name")
        precondition(!unit.name.contains("/") && unit.name.utf8.count < 256, "a unit that systemd cannot have")
    }
    guard let container = Container(controlGroup: path) else { return }
    let text = container.text ?? ""
    precondition(text.printable == text.printable.printable, "a printable text is printable")
}

/// Reads a text, and what it means in its own text form again.
func testRoundTrip<Value: Equatable & CustomStringConvertible>(
    _ text: String, _ read: (String) throws(ParseError) -> Value
) {
    do throws(ParseError) {
        let value = try read(text)
        let again = try? read(value.description)
        precondition(again == value, "“\(value)” is not what was read from “\(text)”")
    } catch {
        precondition(error.description == error.description.printable, "an error of several lines")
    }
}

func testArguments(_ text: String) {
    testRoundTrip(text) { text throws(ParseError) in try IPAddress(text) }
    testRoundTrip(text) { text throws(ParseError) in try Endpoint(text) }
    testRoundTrip(text) { text throws(ParseError) in try PortRange(text) }
    testRoundTrip(text) { text throws(ParseError) in try PortSet(text) }
    _ = try? PortSet(kernelText: text)
    _ = try? DaemonAddress(text)
    _ = try? NotifyAddress(text, for: "test")
}

func test(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    // The kernel's texts are read with U+FFFD in place of what is not UTF-8.
    let text = String(decoding: UnsafeBufferPointer(start: data, count: size), as: UTF8.self)
    precondition(text.printable.printable == text.printable, "a printable text is printable")
    precondition(!text.printable.utf8.contains(10), "a text of one line with a line feed")
    testKernelText(text)
    testControlGroup(text)
    testArguments(text)
    return 0
}

fuzz(test)
