/// How many endpoints are not watched because there are too many of their kind.
package struct Unwatched: Hashable, Sendable {
    /// Number of endpoints from entries with `addresses: all`.
    package var ofAllAddresses = 0
    /// Number of endpoints at which listeners in the ephemeral range were found.
    package var ofListeners = 0

    /// None.
    package init() {}

    /// All of them.
    package var count: Int { ofAllAddresses + ofListeners }
}
