// This target has no clock. Whoever owns one tells the time with each event, as one value for both
// of its uses: a monotonic reading for deadlines, and the wall clock for the Date field, which is
// written out once a second and not once an answer.

/// What time it is, for deadlines and for the Date field.
public struct Moment: Sendable, Equatable {
    /// Monotonic, since some start that is the same for all moments.
    public private(set) var now: Duration
    private var unixTime: Int64
    /// The Date field's line with its CRLF.
    private(set) var dateLine: [UInt8]

    /// A moment.
    ///
    /// - Parameter unixTime: whole seconds since 1970 without leap seconds.
    public init(now: Duration, unixTime: Int64) {
        self.now = now
        self.unixTime = unixTime
        self.dateLine = DateField.line(unixTime: unixTime)
    }

    /// Moves on to a later moment; the date is only written anew when the second has changed.
    public mutating func advance(now: Duration, unixTime: Int64) {
        self.now = now
        guard unixTime != self.unixTime else { return }
        self.unixTime = unixTime
        dateLine = DateField.line(unixTime: unixTime)
    }
}
