// One alert, with the address of its section in the runbook.
function(config, name, expr, wait, summary, description, severity=null) {
  alert: name,
  expr: expr,
  [if wait != null then 'for']: wait,
  // Without one, the alert has the label of the metric.
  [if severity != null then 'labels']: { severity: severity },
  annotations: {
    summary: summary,
    description: description,
    runbook_url: config.runbookURL + std.asciiLower(name),
  },
}
