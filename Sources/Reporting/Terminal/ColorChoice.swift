/// When output has colours: the values of `--color`.
package enum ColorChoice: String, CaseIterable, Sendable {
    /// On a terminal, unless its user does not want any.
    case auto
    /// In files and pipes as well.
    case always
    /// Nowhere.
    case never

    /// Whether output has colours.
    ///
    /// - Parameters:
    ///   - noColor: the variable NO_COLOR; any value but the empty one turns colours off (https://no-color.org). An option
    ///     of the command line has precedence over it.
    ///   - term: the variable TERM; `dumb` is a terminal that does not interpret escape sequences.
    package func usesColor(isTerminal: Bool, noColor: String?, term: String?) -> Bool {
        switch self {
        case .auto: isTerminal && (noColor ?? "").isEmpty && term != "dumb"
        case .always: true
        case .never: false
        }
    }
}
