// Hosts instead of targets, for dashboards of thousands of hosts and for federation.
local severities = ['notice', 'warning', 'critical'];

{
  prometheusRules+:: {
    groups+: [{
      name: 'selfconnectd-fleet',
      rules: [
        // The highest severity on a host: 0 ok to 3 critical, as in selfconnect_target_severity.
        {
          record: 'instance:selfconnect_severity:max',
          expr: 'max by (job, instance) (%s or 0 * selfconnect_namespaces)' % std.join(' or ', [
            '%d * (selfconnect_targets{severity="%s"} > bool 0)' % [index + 1, severities[index]]
            for index in std.range(0, std.length(severities) - 1)
          ]),
        },
        {
          record: 'severity:selfconnect_hosts:count',
          expr: std.join(' or ', [
            'label_replace(count by (job) (instance:selfconnect_severity:max == %d), "severity", "%s", "", "")'
            % [index, (['ok'] + severities)[index]]
            for index in std.range(0, std.length(severities))
          ]),
        },
        // Hosts with a target whose port is not reserved; it is safe at most as long as its server runs.
        {
          record: 'port:selfconnect_unreserved_hosts:count',
          expr: 'count by (job, target, port) (max by (job, instance, target, port)'
                + ' (selfconnect_target_verdict{verdict=~"self-connected|stolen|susceptible|latent"}))',
        },
        {
          record: 'job:selfconnect_unreserved_hosts:count',
          expr: 'count by (job) (max by (job, instance)'
                + ' (selfconnect_targets{verdict=~"self-connected|stolen|susceptible|latent"}))',
        },
        {
          record: 'version:selfconnect_hosts:count',
          expr: 'count by (job, version) (selfconnect_build_info)',
        },
      ],
    }],
  },
}
