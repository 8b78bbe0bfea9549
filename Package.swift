// swift-tools-version: 6.2

import PackageDescription

// One target per layer, so that the compiler refuses an import against the arrows of
// docs/architecture.md. CI builds with --explicit-target-dependency-import-check error.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

// The commit and the flags of the build, as `make build` tells them.
let facts = ["SELFCONNECTD_REVISION", "SELFCONNECTD_FLAGS"].compactMap { name in
    Context.environment[name].flatMap { $0.isEmpty ? nil : CSetting.define(name, to: "\"\($0)\"") }
}

let package = Package(
    name: "selfconnectd",
    products: [
        .executable(name: "selfconnectd", targets: ["selfconnectd"]),
        // For Fuzzing/ only.
        .library(name: "HTTP", targets: ["HTTP"]),
        .library(name: "Linux", targets: ["Linux", "SelfConnect"]),
        .library(name: "Texts", targets: ["Configuration", "Linux", "SelfConnect", "StatusClient", "Systemd"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    ],
    targets: [
        // 1: foreign headers
        .target(name: "CLinux"),
        .target(name: "CNotify"),
        .target(name: "CVersion", cSettings: facts),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

        // 2: pure
        .target(name: "Primitives", swiftSettings: strict),
        .target(name: "SelfConnect", dependencies: ["Primitives"], swiftSettings: strict),
        .target(name: "HTTP", dependencies: ["Primitives"], swiftSettings: strict),

        // 3: faces
        .target(name: "Linux", dependencies: ["CLinux", "SelfConnect"], swiftSettings: strict),
        .target(name: "Systemd", dependencies: ["CNotify", "CSystemd"], swiftSettings: strict),
        .target(name: "Compression", dependencies: ["CZlib"], swiftSettings: strict),
        .target(name: "Configuration", dependencies: ["CYAML", "Primitives", "SelfConnect"], swiftSettings: strict),
        .target(
            name: "Reporting", dependencies: ["CVersion", "Primitives", "SelfConnect"],
            resources: [.embedInCode("OpenAPI/openapi.json")], swiftSettings: strict),

        // 4: surveying a target, querying a daemon
        .target(name: "Probing", dependencies: ["Linux", "SelfConnect"], swiftSettings: strict),
        .target(
            name: "StatusClient", dependencies: ["HTTP", "Linux", "SelfConnect", "Configuration", "Reporting"],
            swiftSettings: strict),

        // 5: the two services
        .target(
            name: "Monitor", dependencies: ["SelfConnect", "Linux", "Configuration", "Probing"], swiftSettings: strict),
        .target(
            name: "StatusServer",
            dependencies: [
                "Primitives", "SelfConnect", "HTTP", "Linux", "Compression", "Configuration", "Reporting", logging,
            ],
            swiftSettings: strict),

        // 6: start, signals, reloads, log
        .target(
            name: "Daemon",
            dependencies: [
                "Primitives", "SelfConnect", "HTTP", "Linux", "Systemd", "Configuration", "Reporting", "Probing",
                "Monitor", "StatusServer", logging,
            ],
            swiftSettings: strict),

        // 7: argv, exit codes, wiring
        .executableTarget(
            name: "selfconnectd",
            dependencies: [
                "Primitives", "SelfConnect", "HTTP", "Linux", "Systemd", "Configuration", "Reporting", "Probing",
                "StatusClient", "Daemon", "Monitor", argumentParser, logging,
            ],
            swiftSettings: strict),

        // Tests, named after what they test. System drives the built program from outside.
        .target(name: "CSupport", path: "Tests/CSupport"),
        .target(
            name: "TestSupport", dependencies: ["CLinux", "CSupport", "Linux", "SelfConnect"], path: "Tests/Support",
            swiftSettings: strict),
        .testTarget(name: "PrimitivesTests", dependencies: ["Primitives"], swiftSettings: strict),
        .testTarget(
            name: "SelfConnectTests", dependencies: ["Primitives", "SelfConnect", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "LinuxTests", dependencies: ["CLinux", "Linux", "SelfConnect", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SystemdTests", dependencies: ["CSystemd", "Linux", "Systemd", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "CompressionTests", dependencies: ["CZlib", "Compression"], swiftSettings: strict),
        .testTarget(
            name: "ConfigurationTests", dependencies: ["SelfConnect", "Configuration", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ReportingTests",
            dependencies: ["Primitives", "Reporting", "SelfConnect", "StatusClient", "TestSupport"],
            exclude: ["Golden"], swiftSettings: strict),
        .testTarget(
            name: "ProbingTests", dependencies: ["Linux", "Probing", "SelfConnect", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "StatusClientTests",
            dependencies: ["StatusClient", "HTTP", "Linux", "Primitives", "Reporting", "SelfConnect", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "MonitorTests",
            dependencies: ["Monitor", "Configuration", "Linux", "Probing", "Reporting", "SelfConnect", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "StatusServerTests",
            dependencies: [
                "StatusServer", "Compression", "Configuration", "HTTP", "Linux", "Monitor", "Primitives", "Reporting",
                "SelfConnect", "TestSupport", logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "Daemon", "HTTP", "Linux", "Monitor", "Primitives", "Reporting", "SelfConnect", "StatusServer",
                "Configuration", "Systemd", "TestSupport", logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SystemTests",
            dependencies: ["CLinux", "Linux", "SelfConnect", "TestSupport", "selfconnectd", argumentParser],
            exclude: ["Resources"], swiftSettings: strict),
    ]
)
