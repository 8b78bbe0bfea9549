// What differs from one installation to another. Override it in a file of your own, as docs/fleet.md shows.
{
  _config+:: {
    // The scrape job, for the alert about daemons that do not respond.
    job: 'selfconnectd',
    // The sections of the runbook are named after the alerts.
    runbookURL: 'file:///usr/share/doc/selfconnectd/docs/runbook.md#',
    // The host dashboard is linked from the fleet dashboard.
    hostDashboard: 'selfconnectd',
    fleetDashboard: 'selfconnectd-fleet',
  },
}
