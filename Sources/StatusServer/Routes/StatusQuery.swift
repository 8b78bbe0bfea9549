// A misspelt filter must not give the whole list: the query is checked before anything is looked up.

import HTTP
import Reporting
import SelfConnect

/// The query of a request.
struct StatusQuery: Equatable {
    /// The name of a query item.
    enum Item: String, CaseIterable {
        case verdict, severity, limit, offset, namespace, pretty, sort, refresh
        case search = "q"
    }

    /// Only targets with one of these verdicts; nil: any.
    private(set) var verdicts: Set<Verdict>?
    /// Only targets of one of these severities; nil: any.
    private(set) var severities: Set<Severity>?
    /// The part of the list.
    private(set) var slice = ListSlice.all
    /// The network namespace of the target; nil: any.
    private(set) var namespace: String?
    /// Whether JSON is indented for people.
    private(set) var isPretty = false
    /// What the status page shows. Its verdicts, its severities and its slice are those of the query.
    private var view = PageQuery()

    /// What the status page shows.
    var page: PageQuery {
        view.changed {
            $0.verdicts = verdicts
            $0.severities = severities
            $0.offset = slice.offset
            $0.limit = slice.limit ?? $0.limit
        }
    }

    /// Parses the items of a query. If one is repeated, the first counts.
    ///
    /// - Throws: for an item that the route does not take, and for an invalid value.
    init(_ items: [RequestTarget.QueryItem], for route: Route) throws(ParseError) {
        var given: Set<Item> = []
        for item in items {
            guard let name = Item(rawValue: item.name), route.queryItems.contains(name) else {
                let known = route.queryItems.map(\.rawValue).joined(separator: ", ")
                throw ParseError(
                    "Unknown query item “\(item.name.printable)”: \(route.pattern) takes \(known.isEmpty ? "none" : known)."
                )
            }
            // A form sends its empty fields too.
            if route == .index, item.value.isEmpty, name.isFieldOfForm { continue }
            if given.insert(name).inserted { try read(item.value, of: name, for: route) }
        }
    }

    private mutating func read(_ value: String, of item: Item, for route: Route) throws(ParseError) {
        switch item {
        case .verdict: verdicts = try Self.words(value, of: item)
        case .severity: severities = try Self.words(value, of: item)
        case .limit:
            slice.limit = try Self.number(
                value, of: item, from: 1, to: route == .index ? PageQuery.limits.upperBound : nil)
        case .offset: slice.offset = try Self.number(value, of: item, from: 0)
        case .namespace: namespace = value
        case .pretty: isPretty = try Self.truth(value, of: item)
        case .sort: view.order = try Self.word(value, of: item)
        case .refresh: view.isRenewed = try Self.truth(value, of: item)
        case .search:
            guard value.unicodeScalars.count <= PageQuery.longestSearch else {
                throw ParseError("\(item.rawValue) takes at most \(PageQuery.longestSearch) characters.")
            }
            view.search = value
        }
    }

    private static func word<Word: CaseIterable & RawRepresentable<String>>(
        _ value: String, of item: Item
    ) throws(ParseError) -> Word {
        guard let word = Word(rawValue: value) else {
            throw ParseError("\(item.rawValue) takes one of \(Word.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return word
    }

    /// Words separated by commas.
    private static func words<Word: CaseIterable & Hashable & RawRepresentable<String>>(
        _ value: String, of item: Item
    ) throws(ParseError) -> Set<Word> {
        let words = value.split(separator: ",").map { Word(rawValue: String($0)) }
        guard !words.isEmpty, !words.contains(nil) else {
            throw ParseError(
                "\(item.rawValue) takes one or more of \(Word.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return Set(words.compactMap(\.self))
    }

    /// A number of any size if there is no greatest one: no list has more than `Int.max` elements.
    private static func number(
        _ value: String, of item: Item, from least: Int, to greatest: Int? = nil
    ) throws(ParseError) -> Int {
        let isNumber = !value.isEmpty && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let number = Int(value) ?? .max
        guard isNumber, number >= least, number <= greatest ?? .max else {
            let end = greatest.map { " to \($0)" } ?? ""
            throw ParseError("\(item.rawValue) takes a whole number from \(least)\(end).")
        }
        return number
    }

    private static func truth(_ value: String, of item: Item) throws(ParseError) -> Bool {
        switch value {
        case "", "true": return true
        case "false": return false
        default: throw ParseError("\(item.rawValue) takes true or false, or no value.")
        }
    }
}

extension StatusQuery.Item {
    /// Whether the form of the status page has a field for it.
    fileprivate var isFieldOfForm: Bool {
        switch self {
        case .verdict, .severity, .search: true
        case .limit, .offset, .namespace, .pretty, .sort, .refresh: false
        }
    }
}
