import Glibc
import Synchronization

/// The environment of the process. A program that is started while another thread changes it would get an inconsistent
/// environment.
package enum SharedEnvironment {
    private static let lock = Mutex(())

    /// Runs `body` while no other thread changes the environment or starts a program.
    package static func alone<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        try lock.withLock { _ throws(Failure) in try body() }
    }

    /// Sets a variable, or unsets it.
    package static func set(_ name: String, to value: String?) {
        _ = alone { if let value { setenv(name, value, 1) } else { unsetenv(name) } }
    }
}
