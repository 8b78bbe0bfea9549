// All hosts, from the recording rules of rules/fleet.libsonnet.
local panels = import 'panels.libsonnet';

local of(metric, more='') = '%s{job=~"$job"%s}' % [metric, if more == '' then '' else ',' + more];
local hosts(severity) = 'sum(%s)' % of('severity:selfconnect_hosts:count', 'severity="%s"' % severity);

{
  grafanaDashboards+:: {
    local link = { title: 'Host', url: '/d/%s?var-instance=${__data.fields.instance}' % $._config.hostDashboard },
    'grafana-fleet-dashboard.json': panels.dashboard(
      'selfconnectd: fleet',
      $._config.fleetDashboard,
      'Hosts on which a client can connect to itself',
      panels.variable('job', 'Job', 'label_values(selfconnect_build_info, job)'),
      [
        [4, [
          panels.stat('Critical', 'Hosts whose most severe target is critical', hosts('critical'), 'red'),
          panels.stat('Warning', 'Hosts whose most severe target is a warning', hosts('warning'), 'orange'),
          panels.stat(
            'Unreserved',
            'Hosts with a target in the ephemeral range whose port is not reserved: without the remedy',
            'sum(%s)' % of('job:selfconnect_unreserved_hosts:count'),
            'orange',
          ),
          panels.stat('Hosts', 'Hosts that respond', 'sum(%s)' % of('version:selfconnect_hosts:count'), null),
        ]],
        [8, [
          panels.timeseries('Hosts by severity', '', [['sum by (severity) (%s)' % of('severity:selfconnect_hosts:count'), '{{severity}}']]),
          panels.timeseries('Versions', '', [['sum by (version) (%s)' % of('version:selfconnect_hosts:count'), '{{version}}']]),
        ]],
        [10, [
          panels.table(
            'Ports that are unreserved on the most hosts',
            'Targets in the ephemeral range whose port is not reserved',
            'topk(20, sum by (target, port) (%s))' % of('port:selfconnect_unreserved_hosts:count'),
            ['target', 'port', 'Value'],
            [{ desc: true, displayName: 'hosts' }],
          ),
          panels.table(
            'Hosts that need attention',
            'Targets by verdict, of severity warning and critical',
            'sum by (instance, verdict, severity) (%s)' % of('selfconnect_targets', 'severity=~"warning|critical"'),
            ['instance', 'severity', 'verdict'],
            [{ desc: false, displayName: 'severity' }],
            links=[link],
          ),
        ]],
      ],
    ),
  },
}
