import SelfConnect

/// What is searched of targets: endpoint, name, namespace, and the owner of the port, in lower case.
struct SearchText {
    /// The texts in sequence.
    private var text: [UInt8] = []
    private var places: [Range<Int>] = []

    init(_ targets: [WatchedTarget]) {
        places.reserveCapacity(targets.count)
        for watched in targets {
            let start = text.count
            let holder = watched.finding.assessment.holder
            let parts = [
                "\(watched.target.endpoint)", watched.target.name, watched.target.namespace, holder?.unit,
                holder?.processText, holder?.user,
            ]
            for part in parts.compactMap(\.self) {
                text += part.lowercased().utf8
                text.append(0)
            }
            places.append(start..<text.count)
        }
    }

    /// Whether the text of a target contains this one.
    func contains(_ wanted: [UInt8], at index: Int) -> Bool {
        let place = places[index]
        guard let first = wanted.first, place.count >= wanted.count else { return wanted.isEmpty }
        return text.withUnsafeBufferPointer { text in
            (place.lowerBound...place.upperBound - wanted.count).contains { start in
                text[start] == first && text[start..<start + wanted.count].elementsEqual(wanted)
            }
        }
    }
}
