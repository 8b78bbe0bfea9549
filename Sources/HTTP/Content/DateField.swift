// Dates in messages have one format, IMF-fixdate (RFC 9110 §5.6.7): English, GMT, fixed length.

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
        let date = civil(days: Int(days))
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

    /// The Gregorian date of a day counted from 1970-01-01.
    ///
    /// Years start in March, so that the leap day is the last day of a year, and are grouped in cycles of 400 years
    /// with 146,097 days.
    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let sinceMarchOfYear0 = days + 719_468
        let cycle = sinceMarchOfYear0 / 146_097
        let dayOfCycle = sinceMarchOfYear0 % 146_097
        let leapDays = dayOfCycle / 1_460 - dayOfCycle / 36_524 + dayOfCycle / 146_096
        let yearOfCycle = (dayOfCycle - leapDays) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0), month, day)
    }
}

extension [UInt8] {
    fileprivate mutating func append(twoDigits number: Int) {
        append(UInt8(ascii: "0") + UInt8(number / 10))
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
