/// The parts of the status page that do not depend on its query: rendered once per snapshot, because some of them look at
/// all targets.
struct PageSections {
    /// What is wrong now.
    let troubles: String
    /// The line that reserves the ports.
    let remedy: String
    /// The map.
    let map: String
    /// The sockets in the range.
    let holders: String
    /// The last events.
    let events: String
    /// The kernel facts.
    let kernel: String

    init(_ source: PageSource, _ link: PageLink) {
        troubles = PageTroubles(source, link).html
        remedy = PageRemedy.html(source.snapshot, source.context)
        map = PageMap.html(source.snapshot, link)
        holders = PageHolders.html(source, link)
        events = PageEvents.html(source.snapshot, link)
        kernel = PageKernel.html(source.snapshot)
    }
}
