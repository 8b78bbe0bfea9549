#!/bin/sh
# Writes the rules and dashboards under config/ from the mixin; with --check it only compares, and names what differs.
set -eu
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

{
    cat <<'TEXT'
# Alerts and recording rules on the metrics of selfconnectd, for rule_files of Prometheus. Made from mixin/ by `make mixin`.
# The label `instance` is the host; docs/runbook.md has a section for each alert.
TEXT
    jsonnet --string --exec 'local mixin = import "mixin/mixin.libsonnet";
        std.manifestYamlDoc(
          { groups: mixin.prometheusAlerts.groups + mixin.prometheusRules.groups },
          indent_array_in_object=true, quote_keys=false)'
} >"$out/prometheus-rules.yaml"
jsonnet --multi "$out" --exec '(import "mixin/mixin.libsonnet").grafanaDashboards' >/dev/null

status=0
for file in "$out"/*; do
    name=config/${file##*/}
    if cmp -s "$file" "$name"; then continue; fi
    if [ "${1-}" = --check ]; then
        echo "$name differs from mixin/: run make mixin" >&2
        status=1
    else
        install -m 644 "$file" "$name"
    fi
done
exit "$status"
