import ArgumentParser

/// `--format` and `--json` of `probe` and `scan`.
struct FormatOption: ParsableArguments {
    /// How results are printed.
    enum Format: String, CaseIterable {
        case text, table, json
    }

    @Option(choice: "text: each endpoint with its evidence; table: a line for each endpoint; json: as in /v1/status.")
    var format: Format = .text

    @Flag(help: "Print JSON, like --format json.")
    var json = false

    func validate() throws {
        if json, format == .table { throw ValidationError("--json and --format table cannot be combined") }
    }

    /// The format that is asked for.
    var chosen: Format { json ? .json : format }
}
