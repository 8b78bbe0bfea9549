// Families are sorted by name, so families of the snapshot and current ones alternate in a few runs. The runs of the
// snapshot are joined and compressed once; only the rest is compressed for each scrape.

import Compression
import HTTP
import Reporting

/// The metrics of one snapshot in one format, for merging with the current ones.
struct MetricsAnswer {
    private struct Run {
        let text: [UInt8]
        private(set) lazy var piece = GzipPiece(text)

        init(_ text: [UInt8]) { self.text = text }
    }

    private let format: MetricsText.Format
    private let constant: [MetricsText.Part]
    private var runs: [Range<Int>: Run] = [:]

    /// Compression level for text that is used for one scrape only: speed matters.
    private static let passingEffort: Int32 = 1

    /// The families of the snapshot.
    init(_ families: [MetricFamily], _ format: MetricsText.Format) {
        self.format = format
        constant = MetricsText.parts(families, format)
    }

    /// The whole text, with these families in their places.
    mutating func content(with passing: [MetricFamily], _ coding: AcceptEncoding.Coding) -> [UInt8] {
        var plain: [UInt8] = []
        var pieces: [GzipPiece] = []
        let isPlain = coding == .identity
        for piece in MetricsText.interleaved(constant, MetricsText.parts(passing, format), format) {
            switch piece {
            case .first(let range):
                if runs[range] == nil { runs[range] = Run(MetricsText.joined(constant[range])) }
                guard var run = runs[range] else { continue }
                if isPlain { plain += run.text } else { pieces.append(run.piece) }
                runs[range] = run
            case .second(let text):
                if isPlain { plain += text } else { pieces.append(GzipPiece(text, effort: Self.passingEffort)) }
            }
        }
        return isPlain ? plain : GzipPiece.member(of: pieces)
    }
}
