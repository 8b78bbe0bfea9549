/// A message about what is not watched: endpoints beyond a limit, or a network namespace that cannot be visited.
package struct WatchNotice: Sendable, Hashable {
    package var message: String
    /// Whether all of it is watched again.
    package var isResolved: Bool
}
