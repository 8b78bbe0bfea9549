// Dates in messages have one format, IMF-fixdate (RFC 9110 §5.6.7): English, GMT, fixed length.

import Primitives

/// The Date field (RFC 9110 §6.6.1).
enum DateField {
    private static let dayNames: [StaticString] = ["Thu, ", "Fri, ", "Sat, ", "Sun, ", "Mon, ", "Tue, ", "Wed, "]
    private static let monthNames: [StaticString] = [
        " Jan ", " Feb ", " Mar ", " Apr ", " May ", " Jun ", " Jul ", " Aug ", " Sep ", " Oct ", " Nov ", " Dec ",
    ]
    private static let secondsPerDay: Int64 = 86_400
    /// 9999-12-31 23:59:59, the last second that the format can represent.
    private static let lastSecond: Int64 = 253_402_300_799

    /// `Date: Sun, 06 Nov 1994 08:49:37 GMT` with its CRLF.
    ///
    /// A time before 1970 or after 9999 is replaced by the nearest one that can be represented.
    static func line(unixTime: Int64) -> [UInt8] {
        let time = min(max(unixTime, 0), lastSecond)
        let (days, second) = time.quotientAndRemainder(dividingBy: secondsPerDay)
        let date = CivilDate(daysSince1970: Int(days))
        var line: [UInt8] = []
        line.reserveCapacity(37)
        line.append("Date: ")
        line.append(dayNames[Int(days % 7)])
        line.append(twoDigits: date.day)
        line.append(monthNames[date.month - 1])
        line.append(twoDigits: date.year / 100)
        line.append(twoDigits: date.year % 100)
        line.append(UInt8.space)
        line.append(twoDigits: Int(second) / 3_600)
        line.append(UInt8(ascii: ":"))
        line.append(twoDigits: Int(second) / 60 % 60)
        line.append(UInt8(ascii: ":"))
        line.append(twoDigits: Int(second) % 60)
        line.append(" GMT\r\n")
        return line
    }
}

extension [UInt8] {
    fileprivate mutating func append(twoDigits number: Int) {
        append(UInt8(ascii: "0") + UInt8(number / 10))
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
