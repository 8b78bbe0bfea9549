import Testing

/// Timing and resource usage of the daemon: such tests do not run in parallel with others. In one process they run one
/// after the other; Tests/run.sh runs them after all others.
@Suite(.serialized) enum TimeTests {}
