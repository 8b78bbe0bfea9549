/// The colours of the picture. Backgrounds are pale, since most of the range is exposed on most hosts, with an edge or a
/// hatching of sufficient contrast; holders and pins have it on each of them: 3:1, and 4.5:1 for text (WCAG 2.2, 1.4.11 and
/// 1.4.3). Class prefixes: `g-` for backgrounds, `m-` for holders, `p-` for pins.
enum PictureStyle {
    /// The style sheet, with light and dark colours.
    static let css = """
        text{font:14px system-ui,sans-serif;fill:#333}
        .title{font-size:22px;font-weight:600;fill:#111}
        .heading{font-size:15px;font-weight:600}
        .number{font-weight:600;font-variant-numeric:tabular-nums}
        .small{font-size:12px;fill:#666}
        .page{fill:#fff}.scale{fill:#e4e4e4}
        .g-exposed{fill:#f3d08a}.g-reserved{fill:url(#reserved)}.g-unknown{fill:url(#unknown)}
        .g-redirected{fill:#cdd9c4}.g-refused{fill:#dcdcdc}.g-bound{fill:#e3eaf3}
        [class^=g-]{stroke:#7d735c;stroke-width:.8}.scale{stroke:#777;stroke-width:.8}
        .m-listener{fill:#174a8b}.m-bound{fill:none;stroke:#174a8b;stroke-width:2}
        .m-source{stroke:#7a2f96;stroke-width:6;stroke-linecap:round}.m-selfConnection{fill:none;stroke:#c3131f;stroke-width:3}
        .m-timeWait,.m-unseen{fill:#555}
        .p-critical{fill:#c3131f}.p-warning{fill:#b35600}.p-notice{fill:#2b7bba}.p-ok{fill:#2e7d4b}
        .p-critical,.p-warning,.p-notice,.p-ok{stroke:#fff;stroke-width:1;paint-order:stroke}
        .r{fill:#cfe8d8}.r+path{stroke:#2e7d4b;stroke-width:1.5}.u{fill:#e4e4e4}.u+path{stroke:#737373;stroke-width:1.5}
        @media(prefers-color-scheme:dark){
        text{fill:#ccc}.title{fill:#f2f2f2}.small{fill:#999}
        .page{fill:#14171b}.scale{fill:#33373d}
        .g-exposed{fill:#5a4415}.g-redirected{fill:#33422a}.g-refused{fill:#3c4046}.g-bound{fill:#2b3442}
        [class^=g-]{stroke:#b3aa94}.scale{stroke:#8b9098}
        .m-listener{fill:#8ec1ff}.m-bound{stroke:#8ec1ff}.m-source{stroke:#d9a2ee}.m-selfConnection{stroke:#ff6b70}
        .m-timeWait,.m-unseen{fill:#bbb}
        .p-critical{fill:#ff5a60}.p-warning{fill:#ffa94a}.p-notice{fill:#69b3ee}.p-ok{fill:#67c48a}
        .p-critical,.p-warning,.p-notice,.p-ok{stroke:#14171b}
        .r{fill:#1d3527}.r+path{stroke:#67a583}.u{fill:#33373d}.u+path{stroke:#8b9098}
        }
        """

    /// Hatching, which is distinguishable without colours.
    static let patterns = """
        <defs>
        <pattern id="reserved" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
        <rect class="r" width="4" height="4"/><path d="M0 0v4"/></pattern>
        <pattern id="unknown" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">\
        <rect class="u" width="5" height="5"/><path d="M0 0v5"/></pattern>
        </defs>
        """
}
