// This target has no clock. The caller passes the time with each event: monotonic time for deadlines, and wall-clock
// time for the Date field, which is formatted once per second and not per response.

/// The time of an event, for deadlines and for the Date field.
package struct Moment: Sendable, Equatable {
    /// Monotonic time; all moments have the same epoch.
    package private(set) var now: Duration
    private var unixTime: Int64
    /// The line of the Date field with its CRLF.
    private(set) var dateLine: [UInt8]

    /// A moment.
    ///
    /// - Parameter unixTime: whole seconds since 1970, without leap seconds.
    package init(now: Duration, unixTime: Int64) {
        self.now = now
        self.unixTime = unixTime
        self.dateLine = DateField.line(unixTime: unixTime)
    }

    /// Advances to a later moment; the date is formatted again only if the second has changed.
    package mutating func advance(now: Duration, unixTime: Int64) {
        self.now = now
        guard unixTime != self.unixTime else { return }
        self.unixTime = unixTime
        dateLine = DateField.line(unixTime: unixTime)
    }
}
