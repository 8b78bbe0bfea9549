import TestSupport
import Testing

@Suite(
    "Prometheus",
    .enabled(
        if: PrivateNetwork.isAvailable && RunningPrometheus.isInstalled, "needs prometheus and a network namespace"))
struct PrometheusTests {
    @Test("A real Prometheus scrapes the daemon and returns the samples, including unusual names")
    func scraped() throws {
        try PrivateNetwork.run {
            let name = "a \"name\" with \\ and ü"
            let daemon = try RunningDaemon("targets: [{name: 'a \"name\" with \\ and ü', ports: 40001}]")
            let prometheus = try RunningPrometheus()
            let targets = try prometheus.query("selfconnect_target_verdict{verdict=\"susceptible\"}").map(\.metric)
            #expect(Set(targets.map { $0["address"] }) == ["127.0.0.1", "::1"])
            #expect(targets.allSatisfy { $0["target"] == name && $0["port"] == "40001" && $0["netns"] == nil })
            #expect(try prometheus.query("selfconnect_passes_total > 0").count == 1)
            if KernelFeature.hasLocalPortRange {
                #expect(try prometheus.query("selfconnect_probe_seconds_total{method=\"directed\"} > 0").count == 1)
            }
            #expect(try prometheus.query("selfconnect_build_info").first?.metric["version"] != nil)
            #expect(!prometheus.log.contains("level=error"), "\(prometheus.log)")
            withExtendedLifetime(daemon.program.process) {}
        }
    }

    @Test("Labels of service discovery overwrite no label of the daemon") func attachedLabels() throws {
        try PrivateNetwork.run {
            let daemon = try RunningDaemon("targets: [{name: web, ports: 40001}]\nmetrics: {detail: clients}")
            let attached =
                "{endpoint: http, namespace: monitoring, service: selfconnectd, pod: a, container: b, node: c}"
            let prometheus = try RunningPrometheus(labels: attached)
            let samples = try prometheus.query("{__name__=~\"selfconnect_.+\"}").map(\.metric)
            #expect(samples.count > 50 && samples.allSatisfy { $0["namespace"] == "monitoring" })
            #expect(!samples.contains { $0.keys.contains { $0.hasPrefix("exported_") } })
            withExtendedLifetime(daemon.program.process) {}
        }
    }

    @Test(
        "Ten targets have at most 150 samples, a summary of them at most 60, and a reload changes from one to the other"
    )
    func samples() throws {
        try PrivateNetwork.run {
            let targets = "map: {cpu: 100%}\ntargets: [{name: web, addresses: 127.0.0.1, ports: 40001-40010}]"
            let daemon = try RunningDaemon(targets, waitingFor: "/v1/map")
            func count() throws -> Int {
                try daemon.get("/metrics").content.split(separator: "\n").count { !$0.hasPrefix("#") }
            }
            #expect(try (60...150).contains(count()))
            #expect(try daemon.reloaded("\(targets)\nmetrics: {detail: summary}"))
            #expect(try (30...60).contains(count()))
            #expect(try !daemon.get("/metrics").content.contains("40001"))
            #expect(try daemon.reloaded("\(targets)\nmetrics: {detail: clients}"))
            #expect(try daemon.get("/metrics").content.contains("selfconnect_target_exposure{"))
        }
    }
}
