'use strict';
// The page of a stream: energy, entropy, temperature and p-value along time, then one window's features and distances.

const { windows } = findings;
const first = windows.findIndex(window => window.refresh);

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

const table = sortable('windows-table', 'All windows. A click on a heading sorts, a click on a window opens it.', [
  { label: 'window', meaning: 'in the order of time', cell: window => ({ text: window.label, element: element('button', { type: 'button', onclick: () => { open(windows.indexOf(window)); view.scrollIntoView(); } }, window.label) }) },
  { label: 'rows', meaning: 'how many', cell: window => ({ text: window.rows.toLocaleString('en'), value: window.rows }) },
  { label: 'refresh', meaning: 'what the rule says', cell: window => ({ text: window.refresh ? '▲ yes' : 'no', value: window.refresh ? 'yes' : 'no' }) },
  ...findings.columns.map(column)], windows);

page.append(
  section('timelines', 'Along time',
    element('p', { class: 'note' }, `▲ the rule asks for a refresh: its p-value is at most ${brief(findings.falseAlarmRate)}${findings.leastEffect > 0 ? ` and the shift at least ${brief(findings.leastEffect)} standard deviations` : ''}. ○ it does not. Whiskers of one standard error; a click opens the window.`),
    timelines(windows, open, findings)),
  ...windows.length ? [view] : [],
  section('table', 'Table', table));
if (windows.length) open(first >= 0 ? first : 0);
