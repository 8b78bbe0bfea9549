// Alerts, recording rules and dashboards for selfconnectd, in the usual layout of mixins (monitoring.mixins.dev).
// `make mixin` writes the files under config/ from it.
(import 'config.libsonnet')
+ (import 'alerts/ports.libsonnet')
+ (import 'alerts/daemon.libsonnet')
+ (import 'rules/fleet.libsonnet')
+ (import 'dashboards/host.libsonnet')
+ (import 'dashboards/fleet.libsonnet')
