/// A date of the Gregorian calendar, also before its introduction.
package struct CivilDate: Hashable, Sendable {
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31.
    package let day: Int

    /// The date this many days after 1970-01-01.
    ///
    /// Years start on March 1st here, so that the leap day is the last day of a year, and are grouped in cycles of 400 years
    /// with 146,097 days.
    package init(daysSince1970 days: Int) {
        let sinceMarchOfYear0 = days + 719_468
        let cycle = (sinceMarchOfYear0 - (sinceMarchOfYear0 < 0 ? 146_096 : 0)) / 146_097
        let dayOfCycle = sinceMarchOfYear0 - cycle * 146_097
        let leapDays = dayOfCycle / 1_460 - dayOfCycle / 36_524 + dayOfCycle / 146_096
        let yearOfCycle = (dayOfCycle - leapDays) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0)
    }
}
