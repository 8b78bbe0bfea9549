// A configuration is read or refused with faults that have a place in the text; a comment at its end changes nothing.

import Driver

@testable import Configuration
@testable import SelfConnect

func testFaults(_ error: ConfigurationError, lineCount: Int) {
    guard case .invalid(let diagnostics) = error.cause else { fatalError("a text that cannot be opened") }
    precondition(!diagnostics.isEmpty && diagnostics == diagnostics.sorted(), "faults are missing, or out of order")
    for diagnostic in diagnostics {
        let position = diagnostic.position
        precondition(position.line >= 1 && position.column >= 1, "a place before the text")
        precondition(position.line <= lineCount + 1, "a place behind the text")
    }
    precondition(error.lines.count <= ConfigurationError.shown + 1, "the journal is filled")
    precondition(error.lines.allSatisfy { $0 == $0.printable && $0.hasPrefix("f:") }, "a line that is not one")
}

func testTargets(_ configuration: Configuration) {
    let ids = configuration.targets.map(\.id)
    precondition(Set(ids).count == ids.count, "a target twice")
    precondition(configuration.targets.allSatisfy { $0.endpoint.port > 0 }, "a target without a port")
}

func test(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    let octets = Array(UnsafeBufferPointer(start: data, count: size))
    do throws(ConfigurationError) {
        let configuration = try Configuration.parse(octets, file: "f")
        testTargets(configuration)
        // A text block of YAML may keep the line feed before it.
        guard !octets.contains(where: { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: ">") }) else { return 0 }
        let commented = try? Configuration.parse(octets + Array("\n# the end\n".utf8), file: "f")
        precondition(commented == configuration, "a comment changes the configuration")
    } catch {
        testFaults(error, lineCount: octets.count { $0 == 10 || $0 == 13 } + 1)
    }
    return 0
}

fuzz(test)
