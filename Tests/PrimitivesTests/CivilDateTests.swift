import Primitives
import Testing

@Suite struct CivilDateTests {
    @Test("Days are counted from 1970, over leap years, centuries and before", arguments: [
        (0, 1970, 1, 1), (59, 1970, 3, 1), (-1, 1969, 12, 31), (11_016, 2000, 2, 29), (11_017, 2000, 3, 1),
        (-25_509, 1900, 2, 28), (-25_508, 1900, 3, 1), (2_932_896, 9999, 12, 31), (-719_468, 0, 3, 1),
        (-719_469, 0, 2, 29), (-719_528, 0, 1, 1),
    ])
    func dates(_ days: Int, year: Int, month: Int, day: Int) {
        let date = CivilDate(daysSince1970: days)
        #expect((date.year, date.month, date.day) == (year, month, day))
    }

    @Test("Each day follows the one before") func order() {
        var last = CivilDate(daysSince1970: -800_000)
        for days in -799_999...800_000 {
            let date = CivilDate(daysSince1970: days)
            let isNext = date.day == last.day + 1 && date.month == last.month && date.year == last.year
            let isNextMonth = date.day == 1 && (28...31).contains(last.day) && date.month == last.month % 12 + 1
            guard isNext || isNextMonth else {
                Issue.record("\(date) after \(last)")
                return
            }
            last = date
        }
    }
}
