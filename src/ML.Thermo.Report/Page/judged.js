'use strict';
// The page of rows that a guard has judged: p-values of windows and of rows along the data, where strange rows are strange, the strangest of both.

const { rows, windows, places, falseAlarms } = findings;
const least = Math.min(findings.leastPValue, ...windows.map(window => window.p), ...rows.map(row => row.p));
const lowest = 10 ** Math.floor(Math.log10(least)), isStrange = p => p <= falseAlarms;
const parts = windows.length ? ['windows', 'rows'] : ['rows'];
const heights = { windows: 150, rows: 230 }, tops = { windows: 30, rows: windows.length ? 236 : 30 };
const last = Math.max(...rows.map(row => row.number), 1);
const bound = () => reference(falseAlarms, `p = ${brief(falseAlarms)}`, 'yAxis', 'insideEndBottom');

/** A window from its first row to its last. */
function stretch(api) {
  const [left, y] = api.coord([api.value(0), api.value(2)]), right = api.coord([api.value(1), api.value(2)])[0], strange = isStrange(api.value(2));
  return { type: 'rect', shape: { x: left, y: y - (strange ? 3 : 1.5), width: Math.max(2, right - left - 1), height: strange ? 6 : 3 }, style: { fill: colour(strange ? 'engine' : 'idle') } };
}

function rowTip(row) {
  return tip(`row ${row.number}`, findings.columns.slice(1).map(column => [column.label, row.values[column.name].text || '(input)']));
}

const along = chart(`p-values of ${windows.length ? 'windows and of ' : ''}rows along the data, small ones above; what lies above the line is strange; the tables below list the strangest`,
  tops.rows + heights.rows + 46, width => ({
    grid: parts.map(part => ({ left: 62, right: 18, top: tops[part], height: heights[part] })),
    title: parts.map(part => ({ text: part === 'rows' ? 'rows: each by itself' : 'windows: rows together', left: 0, top: tops[part] - 26, textStyle: { fontSize: 12.5, fontWeight: 650, color: colour('ink') } })),
    xAxis: parts.map((part, at) => axis(part === 'rows' ? 'row' : '', { gridIndex: at, type: 'value', min: 0, max: last, splitLine: { show: false } })),
    yAxis: parts.map((part, at) => axis('p', { gridIndex: at, type: 'log', inverse: true, min: lowest, max: 1, nameGap: 44 })),
    tooltip: tooltip({ trigger: 'item', formatter: found => parts[found.seriesIndex] === 'rows' ? rowTip(rows[found.dataIndex])
      : tip(`rows ${windows[found.dataIndex].first} to ${windows[found.dataIndex].first + windows[found.dataIndex].rows - 1}`, [['p', brief(windows[found.dataIndex].p)]]) }),
    series: parts.map((part, at) => part === 'windows'
      ? { type: 'custom', xAxisIndex: at, yAxisIndex: at, encode: { x: [0, 1], y: 2 }, data: windows.map(window => [window.first, window.first + window.rows, window.p]), renderItem: (_, api) => stretch(api) }
      : { type: 'scatter', xAxisIndex: at, yAxisIndex: at, symbol: (value) => isStrange(value[1]) ? 'triangle' : 'circle', symbolSize: value => isStrange(value[1]) ? 9 : rows.length > 500 ? 4 : 6,
        data: rows.map(row => ({ value: [row.number, row.p], itemStyle: { color: colour(isStrange(row.p) ? 'engine' : 'idle'), opacity: isStrange(row.p) ? 1 : 0.6 } })), markLine: bound() })
      .concat(windows.length ? [{ type: 'line', xAxisIndex: 0, yAxisIndex: 0, data: [], silent: true, markLine: bound() }] : []),
  }));

const bars = chart('Strange rows by the place that has the largest part of their strangeness', () => 60 + 26 * places.length, () => ({
  grid: { left: 150, right: 44, top: 8, bottom: 44 },
  xAxis: axis('strange rows', { type: 'value', minInterval: 1 }),
  yAxis: { ...axis('', { type: 'category', inverse: true, data: places.map(place => place.name) }), axisLabel: { color: colour('soft'), fontSize: 11, width: 135, overflow: 'truncate' } },
  tooltip: tooltip({ trigger: 'item', formatter: found => tip(places[found.dataIndex].name, [['strange rows', String(places[found.dataIndex].rows)]]) }),
  series: [{ type: 'bar', barMaxWidth: 18, color: colour('engine'), label: { show: true, position: 'right', color: colour('ink') }, data: places.map(place => place.rows) }],
}));

const text = value => ({ text: value, value });
const strangest = findings.strangest.map((values, at) => ({ at, values }));
const listed = (count, all, what) => count < all ? `The ${count} strangest of ${all.toLocaleString('en')} ${what}` : `All ${count} ${what}, the strangest first`;

page.append(
  section('overview', 'The rows', facts(findings.facts)),
  section('along', 'Along the data', element('p', { class: 'note' }, rows.length < findings.allRows
    ? `Drawn are ${rows.length.toLocaleString('en')} of ${findings.allRows.toLocaleString('en')} rows: the strangest, and an even choice of the others. ` : null,
  windows.length < findings.allWindows ? `Drawn are ${windows.length.toLocaleString('en')} of ${findings.allWindows.toLocaleString('en')} windows, chosen likewise. ` : null,
  'p-values of rows like the reference spread evenly: nine in ten lie between 0.1 and 1. A window adds up small moves to one side, which no row shows by itself.'), along.box),
  ...places.length > 1 && places.some(place => place.rows > 0) ? [section('places', 'Where strange rows are strange', bars.box)] : [],
  ...findings.strangestWindows.length ? [section('windows', 'Windows', sortable('windows-table', listed(findings.strangestWindows.length, findings.allWindows, 'windows'), [
    { label: 'strangest', meaning: 'place by p-value', cell: window => text(String(findings.strangestWindows.indexOf(window) + 1)) },
    { label: 'rows', meaning: 'first to last', cell: window => text(window.rows) },
    { label: 'p', meaning: 'the rank of their mean reading among relabellings with the calibration rows', cell: window => window.p },
    { label: 'strange', meaning: `p at most ${brief(falseAlarms)}`, cell: window => text(window.isStrange ? 'yes' : 'no') },
  ], findings.strangestWindows))] : [],
  section('rows', 'Rows', sortable('rows-table', listed(strangest.length, findings.allRows, 'rows'), [
    { label: 'strangest', meaning: 'place by p-value, then by strangeness', cell: row => text(String(row.at + 1)) },
    ...findings.columns.map(column => ({ label: column.label, meaning: column.meaning, cell: row => column.name === 'hottestLayer'
      ? text(row.values.hottestLayer.text || '(input)') : row.values[column.name] })),
  ], strangest)));
