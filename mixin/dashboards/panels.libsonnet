// Panels of Grafana, as far as both dashboards need them. Their numbers and places are given by `placed`.
local datasource = { type: 'prometheus', uid: '${datasource}' };

local query(expr, legend) = { datasource: datasource, expr: expr, legendFormat: legend };

local panel(type, title, description, queries) = {
  type: type,
  title: title,
  description: description,
  datasource: datasource,
  targets: [queries[index] { refId: std.char(65 + index) } for index in std.range(0, std.length(queries) - 1)],
};

{
  // A number, coloured if it is not 0.
  stat(title, description, expr, color):: panel('stat', title, description, [query(expr, '') { instant: true, range: false }]) {
    fieldConfig: {
      defaults: {
        decimals: 0,
        noValue: '0',
        thresholds: {
          mode: 'absolute',
          steps: [{ color: 'green', value: null }] + (if color == null then [] else [{ color: color, value: 1 }]),
        },
        unit: 'none',
      },
      overrides: [],
    },
    options: {
      colorMode: 'background',
      graphMode: 'area',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    },
  },

  // Labels of samples as columns, in this order.
  table(title, description, expr, columns, sortBy, links=[]):: panel(
    'table', title, description, [query(expr, '') { instant: true, range: false, format: 'table' }]
  ) {
    fieldConfig: { defaults: { links: links }, overrides: [] },
    options: { showHeader: true, sortBy: sortBy },
    transformations: [{
      id: 'organize',
      options: {
        excludeByName: { Time: true, __name__: true } + { [name]: true for name in ['job', 'Value'] if !std.member(columns, name) },
        indexByName: { [columns[index]]: index for index in std.range(0, std.length(columns) - 1) },
        renameByName: { Value: 'hosts' },
      },
    }],
  },

  // Lines over time: a list of [expression, legend].
  timeseries(title, description, queries, unit='none'):: panel('timeseries', title, description, [query(pair[0], pair[1]) for pair in queries]) {
    fieldConfig: { defaults: { unit: unit, min: 0 }, overrides: [] },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  },

  // Rows of [height, panels]: the panels of a row share its width.
  placed(rows):: std.mapWithIndex(
    function(index, panel) panel { id: index + 1 },
    std.flattenArrays(std.mapWithIndex(
      function(index, row)
        local y = std.foldl(function(sum, above) sum + above[0], rows[:index], 0);
        local width = std.floor(24 / std.length(row[1]));
        std.mapWithIndex(function(column, panel) panel { gridPos: { h: row[0], w: width, x: column * width, y: y } }, row[1]),
      rows
    ))
  ),

  // A variable whose values are those of a label.
  variable(name, label, query):: {
    name: name,
    label: label,
    type: 'query',
    datasource: datasource,
    query: { query: query, refId: name },
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: {},
    refresh: 2,
    sort: 1,
    hide: 0,
  },

  dashboard(title, uid, description, variable, rows, links=[]):: {
    title: title,
    uid: uid,
    description: description,
    tags: ['selfconnectd'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: '',
    templating: {
      list: [
        { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', current: {}, hide: 0, refresh: 1 },
        variable,
      ],
    },
    annotations: { list: [] },
    links: links,
    panels: $.placed(rows),
  },
}
