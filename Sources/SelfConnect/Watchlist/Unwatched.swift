/// How many endpoints are not watched because there are too many of their kind.
public struct Unwatched: Hashable, Sendable {
    /// Of entries with `addresses: all`.
    public var ofAllAddresses = 0
    /// At which listeners in the ephemeral range were found.
    public var ofListeners = 0

    /// None.
    public init() {}

    /// All of them.
    public var count: Int { ofAllAddresses + ofListeners }
}
