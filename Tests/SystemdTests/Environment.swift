// The environment belongs to the whole process: the tests that change it are children of one serialised suite.

import Glibc
import TestSupport
import Testing

/// Tests that change the environment, one after another.
@Suite(.serialized) enum EnvironmentTests {}

/// Runs `body` with these variables, nil for unset ones, and restores the previous values.
func withEnvironment(_ variables: [String: String?], _ body: () throws -> Void) rethrows {
    let before = variables.keys.map { name in (name, getenv(name).map { String(cString: $0) }) }
    for (name, value) in variables { SharedEnvironment.set(name, to: value) }
    defer { for (name, value) in before { SharedEnvironment.set(name, to: value) } }
    try body()
}
