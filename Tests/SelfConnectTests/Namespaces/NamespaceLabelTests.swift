import SelfConnect
import Testing

@Suite struct NamespaceLabelTests {
    private static let id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    private static let uid = "7d3c2b1a-0f9e-4d8c-8b7a-6f5e4d3c2b1a"
    private static let pod = "/kubepods/pod\(uid)/\(id)"
    private static let docker = "/system.slice/docker-\(id).scope"
    private static let cni = "/run/netns/cni-7d3c2b1a-0f9e-4d8c-8b7a-6f5e4d3c2b1a"

    struct Row: CustomTestStringConvertible, Sendable {
        var clues: NamespaceClues
        var label: NamespaceLabel
        var testDescription: String { "\(label.text) from \(label.origin)" }

        init(_ files: [String], _ group: String?, _ host: String?, _ text: String, _ origin: NamespaceLabel.Origin) {
            clues = NamespaceClues(files: files, controlGroup: group, hostName: host)
            label = NamespaceLabel(text, origin)
        }
    }

    @Test(arguments: [
        Row(["/run/netns/blue"], docker, nil, "blue", .file),
        Row(["/var/run/netns/blue"], nil, nil, "blue", .file),
        Row([cni], pod, "web-0", "pod:web-0", .pod),
        Row([cni], pod, nil, "pod:\(uid)", .pod),
        Row([cni], nil, nil, String(cni.dropFirst("/run/netns/".count)), .generatedFile),
        Row(["/run/docker/netns/1a2b3c"], docker, nil, "docker:0123456789ab", .container),
        Row(["/run/docker/netns/1a2b3c"], nil, nil, "/run/docker/netns/1a2b3c", .generatedFile),
        Row([], "/system.slice/vpn.service", nil, "unit:vpn.service", .unit),
        Row(
            [], "/user.slice/user-1000.slice/user@1000.service/app.slice/vpn.service", nil, "unit:vpn.service@1000",
            .unit),
        Row([], "/", nil, "net:[4026532281]", .inode),
        Row([], nil, nil, "net:[4026532281]", .inode),
    ])
    func `A namespace has its best known name`(_ row: Row) {
        #expect(NamespaceLabel(inode: 4_026_532_281, row.clues) == row.label)
    }

    @Test(arguments: ["", "a b", "web\n0", "\u{1B}[2J", "wéb", String(repeating: "a", count: 65)])
    func `An invalid host name is not used`(_ name: String) {
        let clues = NamespaceClues(controlGroup: Self.pod, hostName: name)
        #expect(NamespaceLabel(inode: 1, clues).text == "pod:\(Self.uid)")
    }

    @Test func `The second of two namespaces with one name gets a suffix, and each keeps its label`() {
        var labels = NamespaceLabels()
        let clues = NamespaceClues(controlGroup: Self.pod, hostName: "web-0")
        labels.name(7, from: clues)
        labels.name(8, from: clues)
        #expect(labels[7]?.text == "pod:web-0" && labels[8]?.text == "pod:web-0#8")
        labels.remove(7)
        #expect(labels[8]?.text == "pod:web-0#8" && !labels.wantsClues(about: 8))
        labels.name(9, from: clues)
        #expect(labels[9]?.text == "pod:web-0")
    }

    @Test func `No name that a user chooses can make two labels equal`() {
        var labels = NamespaceLabels()
        var clues = NamespaceClues()
        clues.controlGroup = "/system.slice/a.service#3"
        labels.name(1, from: clues)
        clues.controlGroup = "/system.slice/a.service"
        labels.name(2, from: clues)
        labels.name(3, from: clues)
        #expect(Set([1, 2, 3].compactMap { labels[$0]?.text }).count == 3)
    }

    @Test func `Only a provisional name is replaced by a better one`() {
        var labels = NamespaceLabels()
        labels.name(7, from: NamespaceClues(files: [Self.cni]))
        #expect(labels.wantsClues(about: 7))
        let old = labels.name(7, from: NamespaceClues(files: [Self.cni], controlGroup: Self.pod, hostName: "web-0"))
        #expect(old?.origin == .generatedFile && labels[7]?.text == "pod:web-0")
        #expect(!labels.wantsClues(about: 7) && labels[7]?.text == "pod:web-0")
    }
}
