// What happens to the daemon itself.
local alert = import 'alert.libsonnet';

{
  prometheusAlerts+:: {
    local config = $._config,
    groups+: [{
      name: 'selfconnectd-daemon',
      rules: [
        // /-/healthy is 503 at the same age.
        alert(
          config,
          'SelfconnectdStale',
          'selfconnect_oldest_verdict_seconds > 3 * selfconnect_probe_interval_seconds',
          '5m',
          'selfconnectd on {{ $labels.instance }}: the oldest verdict is {{ $value | humanizeDuration }} old',
          'A configured target has not been probed for more than three intervals: passes are stuck or take too long.',
          severity='warning',
        ),
        alert(
          config,
          'SelfconnectdReloadFailed',
          'selfconnect_config_last_reload_successful == 0',
          '5m',
          'selfconnectd on {{ $labels.instance }}: reload failed, running with the previous configuration',
          '/v1/status and the log have the reason.',
          severity='warning',
        ),
        alert(
          config,
          'SelfconnectdEndpointsUnwatched',
          'selfconnect_unwatched_endpoints > 0',
          '15m',
          'selfconnectd on {{ $labels.instance }}: {{ $value }} endpoints are not watched because a limit was reached',
          'There are more listeners in the ephemeral range than discover.limit, or more endpoints of addresses: all than 10,000.',
          severity='warning',
        ),
        // Verdicts stay correct: each loss is followed by a full pass.
        alert(
          config,
          'SelfconnectdEventsLost',
          'increase(selfconnect_events_lost_total[15m]) > 0 or selfconnect_events_followed == 0',
          null,
          'selfconnectd on {{ $labels.instance }} has missed events of the kernel',
          'Short self-connections were possibly not counted. summary.event_stream of /v1/summary has the reason.',
          severity='info',
        ),
        alert(
          config,
          'SelfconnectdDown',
          'up{job="%(job)s"} == 0' % config,
          '5m',
          'selfconnectd on {{ $labels.instance }} does not respond',
          'No metrics: verdicts of this host are unknown.',
          severity='warning',
        ),
      ],
    }],
  },
}
