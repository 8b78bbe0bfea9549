import CFuzzer

/// Has libFuzzer call `test` with one input after the other, as the command line says. It returns when all inputs were
/// good, or the time is over.
public func fuzz(_ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32) {
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    let result = withUnsafeMutablePointer(to: &arguments) {
        $0.withMemoryRebound(to: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.self, capacity: 1) {
            LLVMFuzzerRunDriver(&count, $0, test)
        }
    }
    precondition(result == 0, "libFuzzer has failed")
}
