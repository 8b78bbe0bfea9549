// The documents as an external program reads them: declared again here, so that a renamed key is noticed.

/// `/v1/status`.
struct StatusAnswer: Decodable, Sendable {
    struct Service: Decodable, Sendable {
        struct Listen: Decodable, Sendable {
            let endpoint: String?
            let outsideEphemeralRange: Bool
        }

        struct Config: Decodable, Sendable {
            let path: String?
            let lastReload: String
            let lastReloadSuccessful: Bool
        }

        let name: String
        let version: String
        let started: String
        let uptimeSeconds: Double
        let healthy: Bool
        let ready: Bool
        let listen: [Listen]
        let config: Config
    }

    struct Summary: Decodable, Sendable {
        let targets: Int
        let byVerdict: [String: Int]
        let lastPass: String
    }

    let service: Service
    let kernel: KernelAnswer
    let summary: Summary
    let targets: [TargetAnswer]
}

/// `/v1/kernel`.
struct KernelAnswer: Decodable, Sendable {
    struct Range: Decodable, Sendable, Equatable {
        let first: Int
        let last: Int
    }

    let release: String
    let ephemeralRange: Range
    let reservedPorts: String
    let directedProbe: Bool
}

/// One target; `probe --json` prints the same.
struct TargetAnswer: Decodable, Sendable {
    struct Remedy: Decodable, Sendable {
        let now: [String]?
        let reserve: String?
        let lasting: String?
        let warning: String?
    }

    struct Guard: Decodable, Sendable {
        let state: String
        let since: String?
        let reason: String?
    }

    struct Client: Decodable, Sendable {
        let exposure: String
        let expectedAttempts: Double?
    }

    struct Holder: Decodable, Sendable {
        let state: String
        let uid: Int?
    }

    struct Observation: Decodable, Sendable {
        let client: String
        let outcome: String
        let attempts: Int
        let local: String?
        let peer: String?
        let confidence: Double?
        let reason: String?
    }

    let name: String
    let endpoint: String
    let source: String
    let verdict: String
    let severity: String
    let previousVerdict: String?
    let since: String
    let reason: String
    let proof: String
    let clients: [String: Client]
    let holder: Holder?
    let directed: [Observation]?
    let loop: Observation?
    let remedy: Remedy?
    let `guard`: Guard?
}

/// `/v1/targets`, and what `probe --json` prints.
struct TargetsAnswer: Decodable, Sendable {
    let kernel: KernelAnswer?
    let targets: [TargetAnswer]
}

/// An error response.
struct RefusalAnswer: Decodable, Sendable {
    struct Refusal: Decodable, Sendable {
        let status: Int
        let message: String
    }

    let error: Refusal
}

/// `/v1/map`, and what `map --json` prints.
struct MapAnswer: Decodable, Sendable {
    struct Run: Decodable, Sendable, Equatable {
        let first: Int
        let last: Int
        let outcome: String
        let holder: String?
    }

    struct Parity: Decodable, Sendable {
        let even: [String: String]
        let odd: [String: String]
        let rule: String
    }

    let address: String
    let client: String
    let complete: Bool
    let ephemeralRange: KernelAnswer.Range
    let reservedPorts: String
    let ports: Int
    let measured: Bool
    let selfConnectedShare: Double?
    let byOutcome: [String: Int]
    let byHolder: [String: Int]
    let parity: Parity
    let runs: [Run]
}
