// What a walk skips from a blocked port on, for all steps at once.

extension SpacedWalk {
    /// The runs of blocked ports that steps pass through, computed backwards from the end of a lap: each follows from
    /// the run that starts one step later.
    struct Rows {
        /// The wanted place as a start, and as a place that the walk visits.
        let goal: (start: Int?, met: Int?)
        private let walk: SpacedWalk
        /// The last place that is known when the first ones are computed.
        private let end: Int
        /// For each step, and each place modulo its length: the length of the run; -1 if it leads to the wanted place.
        private var known: [[Int]]

        /// Longer steps rarely hit many blocked ports in a row.
        private static let longest = 256

        init(of walk: SpacedWalk, to place: Int?, end: Int) {
            self.walk = walk
            self.end = end
            let isFirst = place == 0 && walk.top != nil
            goal = (place == walk.positions ? nil : place, isFirst ? nil : place.map { $0 % walk.positions })
            known = walk.steps.map { $0.length <= Self.longest ? [Int](repeating: 0, count: $0.length) : [] }
        }

        /// Whether a walk that visits this place continues. Places are counted continuously from lap to lap.
        func passesOver(_ place: Int) -> Bool {
            let place = place % walk.positions
            guard place != goal.met else { return false }
            return place == 0 ? walk.top ?? walk.isBlocked[0] : walk.isBlocked[place]
        }

        /// For each step, how many more ports a walk skips that continues from here; nil if it reaches the wanted port.
        mutating func lengths(after place: Int) -> [Int?] {
            walk.steps.indices.map { index in
                let length = walk.steps[index].length
                let found = row(at: place + length, index, length)
                if !known[index].isEmpty { known[index][place % length] = found.map { $0 + 1 } ?? -1 }
                return found
            }
        }

        private func row(at first: Int, _ index: Int, _ length: Int) -> Int? {
            var place = first
            var count = 0
            while passesOver(place), count < walk.positions {
                if place <= end, !known[index].isEmpty {
                    let rest = known[index][place % length]
                    return rest < 0 ? nil : count + rest
                }
                count += 1
                place += length
            }
            return place % walk.positions == goal.met ? nil : count
        }
    }
}
