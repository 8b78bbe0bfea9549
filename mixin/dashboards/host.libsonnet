// One host, or a few of them.
local panels = import 'panels.libsonnet';

local of(metric, more='') = '%s{instance=~"$instance"%s}' % [metric, if more == '' then '' else ',' + more];
local count(verdict) = 'sum(%s)' % of('selfconnect_targets', 'verdict="%s"' % verdict);
local rate(metric) = 'sum by (method) (rate(%s[$__rate_interval]))' % of(metric);

{
  grafanaDashboards+:: {
    'grafana-dashboard.json': panels.dashboard(
      'selfconnectd',
      $._config.hostDashboard,
      'Local TCP ports on which a client can connect to itself',
      panels.variable('instance', 'Host', 'label_values(selfconnect_build_info, instance)'),
      [
        [4, [
          panels.stat('Self-connected', 'Self-connected sockets on the host', 'sum(%s)' % of('selfconnect_live_self_connections'), 'red'),
          panels.stat('Stolen', 'Targets whose port a server cannot bind now', count('stolen'), 'red'),
          panels.stat('Susceptible', 'Targets on which a client of a configured kind can connect to itself', count('susceptible'), 'orange'),
          panels.stat('Latent', 'Targets that are protected only while their port is in use', count('latent'), 'orange'),
        ]],
        [9, [
          panels.table(
            'Targets that need attention',
            'The verdict of each target whose severity is not ok',
            of('selfconnect_target_verdict', 'severity!="ok"'),
            ['instance', 'target', 'address', 'port', 'netns', 'verdict', 'severity', 'source'],
            [{ desc: false, displayName: 'severity' }],
          ),
        ]],
        [8, [
          panels.timeseries('Targets by verdict', '', [['sum by (verdict) (%s)' % of('selfconnect_targets'), '{{verdict}}']]),
          panels.timeseries(
            'Verdict changes',
            'Changes to a verdict that affects clients, in the last hour, including first verdicts',
            [['sum by (verdict) (increase(%s[1h]))' % of('selfconnect_verdict_changes_total'), '{{verdict}}']],
          ),
        ]],
        [8, [
          panels.timeseries('Ephemeral ports', 'Size of the range, reserved ports, and listeners', [
            ['%s - %s + 1' % [of('selfconnect_ephemeral_port_last'), of('selfconnect_ephemeral_port_first')], 'range, {{instance}}'],
            [of('selfconnect_reserved_ports'), 'reserved, {{instance}}'],
            [of('selfconnect_ephemeral_listeners'), 'listeners in it, {{instance}}'],
          ]),
          panels.timeseries(
            'Map: ports by outcome',
            'Outcome of the probe of every port of the ephemeral range, on 127.0.0.1; self-connected: a client can connect to itself',
            [['sum by (outcome) (%s)' % of('selfconnect_map_ports'), '{{outcome}}']],
          ),
          panels.timeseries(
            'Age of the oldest verdict',
            'Of configured targets, in probe intervals; /-/healthy fails at three',
            [['%s / %s' % [of('selfconnect_oldest_verdict_seconds'), of('selfconnect_probe_interval_seconds')], '{{instance}}']],
          ),
        ]],
        [8, [
          panels.timeseries('Probes', '', [
            [rate('selfconnect_probes_total'), '{{method}}'],
            [rate('selfconnect_probe_failures_total'), '{{method}}, failed or blocked'],
          ], 'ops'),
          panels.timeseries('Mean duration of probes', 'Pauses of loop probes included', [
            ['%s / %s' % [rate('selfconnect_probe_seconds_total'), rate('selfconnect_probes_total')], '{{method}}'],
          ], 's'),
          panels.timeseries('Processor time of the daemon', 'As a share of one core', [
            [
              'rate(%s[$__rate_interval]) and on (job, instance) selfconnect_build_info' % of('process_cpu_seconds_total'),
              '{{instance}}',
            ],
          ], 'percentunit'),
        ]],
      ],
    ),
  },
}
