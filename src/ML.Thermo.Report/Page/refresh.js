'use strict';
// The page of a stream: energy, entropy, temperature and p-value along time, then one window's features and distances.

const { windows } = findings;
const labels = windows.map(window => window.label);
const first = windows.findIndex(window => window.refresh);
// The axis of p-values goes down to the least one, or to 1e-12.
const leastP = 10 ** Math.floor(Math.log10(Math.max(1e-12, Math.min(0.01, ...windows.map(window => window.values.pValue.value ?? 1)))));

/** One quantity along time, with whiskers; windows that ask for a refresh are filled triangles. */
function timeline(key, name, colourName, extra = {}) {
  const defined = windows.map(window => window.values[key]).filter(quantity => !isUndefined(quantity));
  if (!defined.length) return element('p', { class: 'note' }, `${name}: ${windows[0]?.values[key].text ?? 'no windows'}.`);
  const made = chart(`${name} along time; the table below has the same numbers`, 230, () => ({
    grid: { left: 66, right: 18, top: 30, bottom: 44 },
    xAxis: axis('window', { type: 'category', data: labels, nameGap: 26 }),
    yAxis: axis(name, { type: 'value', scale: true, nameGap: 50, ...extra.axis }),
    tooltip: tooltip({ trigger: 'axis', formatter: found => windowTip(windows[found[0].dataIndex]) }),
    series: [
      {
        name, type: 'line', color: colour(colourName), lineStyle: { width: 2 }, connectNulls: false,
        symbol: (value, point) => windows[point.dataIndex].refresh ? 'triangle' : 'emptyCircle', symbolSize: (value, point) => windows[point.dataIndex].refresh ? 12 : 7,
        data: windows.map(window => isUndefined(window.values[key]) ? null : Math.max(window.values[key].value, extra.least ?? -Infinity)),
        markLine: extra.level === undefined ? undefined : reference(extra.level, extra.levelName, 'yAxis', 'insideEndTop'),
      },
      {
        type: 'custom', silent: true, encode: { x: 0, y: [1, 2] }, tooltip: { show: false },
        data: windows.map((window, at) => isUndefined(window.values[key]) || !window.values[key].error ? [at, '-', '-'] : [at, window.values[key].value - window.values[key].error, window.values[key].value + window.values[key].error]),
        renderItem: (parameters, api) => {
          const [x, low] = api.coord([api.value(0), api.value(1)]), high = api.coord([api.value(0), api.value(2)])[1];
          if (!Number.isFinite(low + high)) return null;
          return { type: 'group', children: [[x, low, x, high], [x - 4, low, x + 4, low], [x - 4, high, x + 4, high]].map(([x1, y1, x2, y2]) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: colour('ink'), lineWidth: 1.2 } })) };
        },
      },
    ],
  }));
  made.box.style.cursor = 'pointer';
  made.box.addEventListener('click', event => {
    const at = made.instance.convertFromPixel({ gridIndex: 0 }, [event.clientX - made.box.getBoundingClientRect().left, 50])[0];
    if (windows[at]) open(at);
  });
  return made.box;
}

function windowTip(window) {
  return tip(`${window.label}${window.refresh ? ' ▲ refresh' : ''}`, [['rows', window.rows.toLocaleString('en')], ['ΔE', window.values.deltaEnergy.text], ['ΔS', window.values.deltaEntropy.text],
    ['T', window.values.temperature.text], ['p-value', window.values.pValue.text], ['shift', window.values.effect.text]]);
}

const view = element('section', { id: 'window', 'aria-labelledby': 'window-title' });

function open(at) {
  const window = windows[at];
  view.replaceChildren(
    element('h2', { id: 'window-title' }, `${window.refresh ? '▲ ' : ''}Window ${window.label}`),
    element('p', { class: 'note' }, window.refresh ? 'The rule asks for a refresh.' : 'The rule asks for nothing.'),
    element('div', { class: 'pair' },
      window.shares.length ? element('div', {}, element('h3', {}, 'What each feature adds to ΔE'), bars(window.shares.map(share => ({ name: share.name, quantity: share.share })), 'share of ΔE, loss')) : null,
      window.distances.length ? element('div', {}, element('h3', {}, 'Distances from the reference, as others measure them'), distanceTable(window)) : null));
  charts.filter(made => view.contains(made.box)).forEach(made => made.draw(true));
}

/** Bars of either sign with whiskers, the longest first. */
function bars(list, name) {
  const sorted = list.filter(entry => !isUndefined(entry.quantity)).sort((a, b) => Math.abs(b.quantity.value) - Math.abs(a.quantity.value)).slice(0, 30);
  const made = chart(`${name}: ${sorted.map(entry => `${entry.name} ${entry.quantity.text}`).join(', ')}`, 56 + 24 * sorted.length, width => {
    const gutter = Math.min(width * 0.35, 30 + 6.6 * Math.max(...sorted.map(entry => entry.name.length)));
    return {
      grid: { left: gutter, right: 20, top: 8, bottom: 44 },
      xAxis: axis(name, { type: 'value', splitNumber: 4 }),
      yAxis: { type: 'category', inverse: true, data: sorted.map((_, at) => at), axisTick: { show: false }, axisLine: { lineStyle: { color: colour('line') } },
        axisLabel: { interval: 0, color: colour('ink'), width: gutter - 12, overflow: 'truncate', formatter: at => sorted[at].name } },
      tooltip: tooltip({ trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: found => tip(sorted[found[0].dataIndex].name, [[name, sorted[found[0].dataIndex].quantity.text]]) }),
      series: [{
        type: 'custom', encode: { x: [0, 2, 3], y: 1 },
        data: sorted.map(({ quantity: { value, error } }, at) => [value, at, value - (error ?? 0), value + (error ?? 0)]),
        renderItem: (parameters, api) => {
          const { value, error } = sorted[api.value(1)].quantity, [zero, middle] = api.coord([0, api.value(1)]), x = at => api.coord([at, 0])[0];
          const lines = error > 0 ? [[x(value - error), middle, x(value + error), middle], [x(value - error), middle - 4, x(value - error), middle + 4], [x(value + error), middle - 4, x(value + error), middle + 4]] : [];
          return { type: 'group', children: [
            { type: 'rect', shape: { x: Math.min(zero, x(value)), y: middle - 7, width: Math.abs(x(value) - zero), height: 14 }, style: { fill: colour(value > 0 ? 'engine' : 'pump') } },
            ...lines.map(([x1, y1, x2, y2]) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: colour('ink'), lineWidth: 1.2 } }))] };
        },
      }],
    };
  });
  return [made.box, element('p', { class: 'note' }, 'To the right: adds loss. To the left: takes loss away. Whiskers of one standard error.')];
}

function distanceTable(window) {
  return sortable('distances', `Distances of ${window.label} from the reference.`, [
    { label: 'column', meaning: 'in the order of the data', cell: row => ({ text: row.name }) },
    ...findings.distanceColumns.map(column)], window.distances);
}

/** A column of a table as the report describes it. */
function column({ name, label, meaning }) {
  return { label, meaning, cell: row => ({ text: row.values[name].text, value: row.values[name].value }) };
}

const table = sortable('windows-table', 'All windows. A click on a heading sorts, a click on a window opens it.', [
  { label: 'window', meaning: 'in the order of time', cell: window => ({ text: window.label, element: element('button', { type: 'button', onclick: () => { open(windows.indexOf(window)); view.scrollIntoView(); } }, window.label) }) },
  { label: 'rows', meaning: 'how many', cell: window => ({ text: window.rows.toLocaleString('en'), value: window.rows }) },
  { label: 'refresh', meaning: 'what the rule says', cell: window => ({ text: window.refresh ? '▲ yes' : 'no', value: window.refresh ? 'yes' : 'no' }) },
  ...findings.columns.map(column)], windows);

page.append(
  section('timelines', 'Along time',
    element('p', { class: 'note' }, `▲ the rule asks for a refresh: its p-value is at most ${brief(findings.falseAlarmRate)}${findings.leastEffect > 0 ? ` and the shift at least ${brief(findings.leastEffect)} standard deviations` : ''}. ○ it does not. Whiskers of one standard error; a click opens the window.`),
    element('div', { class: 'pair wide' },
      element('div', {}, element('h3', {}, 'Energy: loss above the reference'), timeline('deltaEnergy', 'ΔE, loss', 'engine', { level: 0, levelName: 'reference' })),
      element('div', {}, element('h3', {}, 'Entropy: certainty lost'), timeline('deltaEntropy', 'ΔS, nats', 'second', { level: 0, levelName: 'reference' })),
      element('div', {}, element('h3', {}, 'Temperature'), timeline('temperature', 'T, loss per nat', 'plain')),
      element('div', {}, element('h3', {}, 'p-value and alarm level'), timeline('pValue', 'p-value', 'pump', { axis: { type: 'log', min: leastP, max: 1 }, least: leastP, level: findings.falseAlarmRate, levelName: `alarm level ${brief(findings.falseAlarmRate)}` })))),
  ...windows.length ? [view] : [],
  section('table', 'Table', table));
if (windows.length) open(first >= 0 ? first : 0);
