// swift-tools-version: 6.2

import PackageDescription

// The daemon's own layers, measured from outside its package: Sources/ links to them. So the daemon's graph knows
// nothing of benchmarks, exports no library for their sake, and they are built with the daemon's settings.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "Benchmarks",
    targets: [
        .target(name: "CLinux"),
        .target(name: "Primitives", swiftSettings: strict),
        .target(name: "SelfConnect", dependencies: ["Primitives"], swiftSettings: strict),
        .target(name: "Linux", dependencies: ["CLinux", "SelfConnect"], swiftSettings: strict),
        .target(name: "Probing", dependencies: ["Linux", "SelfConnect"], swiftSettings: strict),
        .target(name: "CVersion"),
        .target(name: "HTTP", dependencies: ["Primitives"], swiftSettings: strict),
        .target(
            name: "Reporting", dependencies: ["CVersion", "Primitives", "SelfConnect"],
            resources: [.embedInCode("OpenAPI/openapi.json")], swiftSettings: strict),
        .target(name: "Snapshots", dependencies: ["SelfConnect"], swiftSettings: strict),
        .executableTarget(
            name: "counts", dependencies: ["HTTP", "Linux", "Primitives", "Reporting", "SelfConnect", "Snapshots"],
            swiftSettings: strict),
        .executableTarget(
            name: "probeloop", dependencies: ["Linux", "Probing", "SelfConnect"], swiftSettings: strict),
    ]
)
