// What happens on ports. The severity of an alert is that of the verdict, a label of the metrics.
local alert = import 'alert.libsonnet';

// The most severe first: a port that has one of them has no alert about those after it.
local order = ['self-connected', 'stolen', 'susceptible', 'latent', 'inconclusive'];

// The addresses of a target count as one: the default is 127.0.0.1 and ::1, and one incident is one alert. Where
// metrics.detail is summary, it is one alert for each host, with the number of targets.
local port(verdict, more='') =
  local filter = 'verdict="%s"%s' % [verdict, more];
  local worse = order[:std.find(verdict, order)[0]];
  local any = 'max without (address) (selfconnect_target_verdict{%(filter)s}) or on (job, instance) selfconnect_targets{%(filter)s}' % { filter: filter };
  if worse == [] then any
  else '(%s) unless on (job, instance, netns, port) selfconnect_target_verdict{verdict=~"%s"}' % [any, std.join('|', worse)];

local subject =
  '{{ if $labels.target }}{{ $labels.target }}, port {{ $labels.port }}'
  + '{{ with $labels.netns }} in namespace {{ . }}{{ end }}{{ else }}{{ $value }} targets{{ end }}'
  + ' on {{ $labels.instance }}';

{
  prometheusAlerts+:: {
    local config = $._config,
    groups+: [{
      name: 'selfconnectd-ports',
      rules: [
        alert(
          config,
          'SelfConnected',
          port('self-connected'),
          null,
          subject + ': a client is connected to itself',
          'No server answers on the port, and the server cannot start. `selfconnectd probe` of the port on the host prints the command that closes the connection; then reserve the port.',
        ),
        alert(
          config,
          'SelfConnectionOnHost',
          'selfconnect_live_self_connections > 0 unless on (job, instance) selfconnect_targets{verdict="self-connected"}',
          '1m',
          'Self-connected sockets on {{ $labels.instance }}: {{ $value }}',
          'Their ports are not watched. /v1/sockets lists them with their owners.',
          severity='warning',
        ),
        // Counted without one of the two alerts above: no pass saw it, or only for less than a minute. They are evaluated
        // before this one, and cover an incident as long as it is in the window of the increase.
        alert(
          config,
          'ShortSelfConnections',
          'increase(selfconnect_self_connections_total[15m]) > 0 unless on (job, instance) max_over_time(ALERTS{alertname=~"SelfConnected|SelfConnectionOnHost",alertstate="firing"}[20m])',
          '2m',
          'Clients on {{ $labels.instance }} were connected to themselves for a short time',
          '/v1/events lists their ports. A client that connects again and again does so until it stays connected to itself.',
          severity='warning',
        ),
        alert(
          config,
          'PortStolen',
          port('stolen'),
          '2m',
          subject + ': another socket has the port, and the server cannot bind it',
          'remedy.now of /v1/targets lists what frees the port, /v1/sockets has the holder.',
        ),
        // The restart of a server is over after a few minutes; after that, the server is down.
        alert(
          config,
          'PortSusceptible',
          port('susceptible'),
          '10m',
          subject + ': a client can connect to itself',
          'The port lies in the ephemeral range and is neither reserved nor in use. Start the server; selfconnectd advise prints the file that reserves the port, or guard it (docs/remedies.md).',
        ),
        // Most hosts have listeners that were given a random port; only targets that are configured need a reserved one.
        alert(
          config,
          'PortLatent',
          port('latent', ',source!="discovered"'),
          '1h',
          subject + ': safe only while its server runs',
          'selfconnectd advise prints the file that reserves the port, or guard it (docs/remedies.md).',
        ),
        // A guard that is not held because of a socket leaves a verdict with an alert above: a server that cannot share the
        // port is latent.
        alert(
          config,
          'GuardRefused',
          'selfconnect_guards{state="refused"} > 0 unless on (job, instance) selfconnect_targets{verdict="latent"}',
          '15m',
          'Guards on {{ $labels.instance }} that are not held because they are of no use: {{ $value }}',
          'guard.reason of /v1/targets names the cause: the port is reserved, outside the ephemeral range, or of another host.',
          severity='info',
        ),
        alert(
          config,
          'PortInconclusive',
          port('inconclusive'),
          '15m',
          subject + ': the port could not be probed conclusively',
          'A probe failed or was blocked; the reason of the target names the cause.',
        ),
        // The ephemeral range or the reserved ports were changed under running services.
        alert(
          config,
          'EphemeralPortsChanged',
          'increase(selfconnect_kernel_drift_total[15m]) > 0',
          null,
          'The ephemeral range or the reserved ports of {{ $labels.instance }} have changed',
          'Verdicts follow the change. /v1/events has the old and the new values.',
          severity='info',
        ),
      ],
    }],
  },
}
