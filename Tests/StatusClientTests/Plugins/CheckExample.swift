import SelfConnect

@testable import StatusClient

extension StatusFacts {
    /// What a daemon with these targets reports: it names the most severe five.
    init(
        isHealthy: Bool = true, fault: String? = nil, lastReloadSuccessful: Bool = true, reloadFault: String? = nil,
        targets: [Target]
    ) {
        let urgent = Verdict.allCases.flatMap { verdict in targets.filter { $0.verdict == verdict } }
        self.init(
            verdicts: targets.reduce(into: [:]) { $0[$1.verdict, default: 0] += 1 },
            severities: targets.reduce(into: [:]) { $0[$1.severity, default: 0] += 1 },
            mostSevere: [.critical, .warning].flatMap { severity in urgent.filter { $0.severity == severity } })
        mostSevere = Array(mostSevere.prefix(5))
        self.isHealthy = isHealthy
        self.fault = fault
        self.lastReloadSuccessful = lastReloadSuccessful
        self.reloadFault = reloadFault
    }
}

/// Targets and services for plug-ins.
enum CheckExample {
    static func target(
        _ verdict: Verdict, _ severity: Severity, _ port: Int = 50010, _ name: String = "hdfs-datanode",
        namespace: String? = nil, firstStep: String? = nil
    ) -> StatusFacts.Target {
        .init(
            name: name, endpoint: "127.0.0.1:\(port)", namespace: namespace, verdict: verdict, severity: severity,
            firstStep: firstStep)
    }

    static let critical = target(.susceptible, .critical)
    static let rare = target(.susceptible, .warning, 50011, "rare")
    static let latent = target(.latent, .warning, 50020, "hdfs-ipc")
    static let hindered = target(.inconclusive, .warning, 50030, "filtered")
    static let fine = target(.reserved, .ok, 50040, "fine")
    static let noticed = target(.notSelf, .notice, 50050, "odd")

    static func facts(_ targets: StatusFacts.Target...) -> StatusResult { .facts(StatusFacts(targets: targets)) }

    /// 10,000 exposed targets of 12,000, the most severe at the end.
    static let manyExposed: StatusResult = .facts(
        StatusFacts(
            targets: (0..<9_999).map { target(.susceptible, .critical, 40_000 + $0, "s\($0)") }
                + (0..<2_000).map { target(.reserved, .ok, 50_000 + $0, "r\($0)") }
                + [target(.selfConnected, .critical, 60_000, "highest")]))
}
