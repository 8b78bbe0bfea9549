// swift-tools-version: 6.2

import PackageDescription

// libFuzzer targets, apart from the daemon's own package: they are built with instrumentation that a daemon does not
// want. `make fuzz` builds and runs them.

// gold, the default, cannot read what the instrumented objects say of their lines.
let driven: [LinkerSetting] = [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]

func target(_ name: String, of layer: String = "HTTP") -> Target {
    .executableTarget(
        name: name, dependencies: ["Driver", .product(name: layer, package: "selfconnectd")],
        linkerSettings: driven)
}

let package = Package(
    name: "Fuzzing",
    dependencies: [.package(name: "selfconnectd", path: "..")],
    targets: [
        .target(name: "CFuzzer"), .target(name: "Driver", dependencies: ["CFuzzer"]),
        target("RequestParserFuzzing"), target("ConnectionFuzzing"), target("AcceptFuzzing"), target("TargetFuzzing"),
        target("NetlinkFuzzing", of: "Linux"), target("ResponseFuzzing"),
        target("ConfigurationFuzzing", of: "Texts"), target("TextFuzzing", of: "Texts"),
    ]
)
