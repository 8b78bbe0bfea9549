import Testing

/// What the daemon does in time, and what it takes of its host: each such test has the machine for itself, but for what
/// others do on it. In one process they run one after the other; Tests/run.sh runs them when all others are done.
@Suite(.serialized) enum TimeTests {}
