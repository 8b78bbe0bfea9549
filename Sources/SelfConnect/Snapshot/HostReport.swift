/// What was found on the host besides the verdicts on targets.
package struct HostReport: Hashable, Sendable {
    /// Listeners in the range, and self-connections, of all network namespaces.
    package var census: SocketCensus
    /// The network namespaces that are watched as a whole, the daemon's own first.
    package var namespaces: [NamespaceReport]
    /// Endpoints that are not watched because there are too many.
    package var unwatched: Unwatched

    /// By default nothing was found.
    package init(
        census: SocketCensus = SocketCensus(), namespaces: [NamespaceReport] = [], unwatched: Unwatched = Unwatched()
    ) {
        self.census = census
        self.namespaces = namespaces
        self.unwatched = unwatched
    }
}
