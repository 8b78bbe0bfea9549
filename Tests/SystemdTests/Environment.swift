// The environment belongs to the whole process: the tests that change it are children of one serialized suite.

import Glibc
import Testing

/// Tests that change the environment, one after another.
@Suite(.serialized) enum EnvironmentTests {}

/// Runs `body` with these variables, nil for unset ones, and puts back what was there.
func withEnvironment(_ variables: [String: String?], _ body: () throws -> Void) rethrows {
    let before = variables.keys.map { name in (name, getenv(name).map { String(cString: $0) }) }
    for (name, value) in variables { set(name, value) }
    defer { for (name, value) in before { set(name, value) } }
    try body()
}

private func set(_ name: String, _ value: String?) {
    if let value { setenv(name, value, 1) } else { unsetenv(name) }
}
