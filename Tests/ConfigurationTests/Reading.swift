// Helpers of this target: YAML in, fault lines or a configuration out.

import Configuration

/// The faults of a text, each as `LINE:COLUMN: message`; empty if it is valid.
func faults(_ yaml: String) -> [String] { faults(of: Array(yaml.utf8)) }

/// The faults of any bytes.
func faults(of bytes: [UInt8]) -> [String] {
    do throws(ConfigurationError) {
        _ = try Configuration.parse(bytes, file: "test.yaml")
        return []
    } catch {
        guard case .invalid(let diagnostics) = error.cause else { return error.lines }
        return diagnostics.map(\.description)
    }
}

/// The configuration of a valid text.
func configuration(_ yaml: String) throws(ConfigurationError) -> Configuration {
    try Configuration.parse(Array(yaml.utf8), file: "test.yaml")
}

/// The example of the documentation, with all keys.
let example = """
    listen: [127.0.0.1:9293]        # also unix:/run/selfconnectd/http.sock, or systemd (socket activation)
    probe:
      interval: 30s                 # each target's directed probe
      timeout: 250ms                # bound on one attempt
      loop:
        interval: 1h                # 0s: no loop probes
        attempts: 100000            # at most, for one target
        cpu: 0.04%                  # share of one core for all loop probes together
    discover:
      listeners: true               # listeners in the ephemeral range become targets
      connections: true             # look for self-connections of all users
    http:
      connections: 256              # at once; more are rejected
      header-timeout: 10s
      idle-timeout: 60s
      token-file: /run/credentials/selfconnectd.service/token   # bearer token; or open: true
    log:
      level: info
      format: text                  # or json
    targets:
      - name: hdfs-datanode
        addresses: [127.0.0.1, "::1"]   # default: these two
        ports: [50010, 50020, 50070-50075]
        clients: [connect, bind]        # default: connect

    """
