'use strict';
// The page of a stream: the loss along time, below it on the same axis the evidence and which columns moved, then one window with its distributions.

const { windows, inputs } = findings;
const first = windows.findIndex(window => window.refresh);
const times = windows.map(window => window.start === null ? NaN : Date.parse(window.start));
const isTimed = windows.length > 1 && times.every(Number.isFinite) && times.every((t, i) => i === 0 || t > times[i - 1]);
const steps = times.slice(1).map((t, i) => t - times[i]).sort((a, b) => a - b), step = isTimed ? steps[steps.length >> 1] : 1;
const x = at => isTimed ? times[at] + step / 2 : at;
const MostColumns = 20;
// The window that has drifted farthest, and not the first one that asks, which may be a false alarm.
const farthest = windows.reduce((best, window, at) => window.refresh && (window.values.effect.value ?? 0) >= (windows[best].values.effect.value ?? 0) ? at : best, Math.max(first, 0));
let open = farthest, column = 0, every = inputs.length <= MostColumns;

function shownInputs() { return every ? inputs : inputs.slice(0, MostColumns); }
/** A name cut in its middle; where that makes names of the table alike, nearer to its end or its beginning. */
function short(name, room) {
  const cut = (word, head) => word.length <= room ? word : `${word.slice(0, head)}…${word.slice(word.length - (room - 1 - head))}`;
  const distinct = head => new Set(inputs.map(input => cut(input.name, head))).size;
  const heads = [0.5, 0.75, 0.25].map(share => Math.floor((room - 1) * share));
  return cut(name, heads.reduce((best, head) => distinct(head) > distinct(best) ? head : best));
}

/** The axis that all parts share: time where windows have one, else their number. */
function along(extra) {
  return axis('', {
    type: isTimed ? 'time' : 'value', min: x(0) - step / 2, max: x(windows.length - 1) + step / 2, splitLine: { show: false }, ...extra,
    axisLabel: { color: colour('soft'), fontSize: 11, hideOverlap: true, ...(isTimed ? {} : { formatter: value => Number.isInteger(value) ? String(value) : '' }), ...extra.axisLabel },
  });
}

/** A line from the lowest to the highest number of a whisker. */
function whiskers(at, key) {
  return {
    type: 'custom', silent: true, xAxisIndex: at, yAxisIndex: at, encode: { x: 0, y: [1, 2] }, tooltip: { show: false },
    data: windows.map((window, i) => isUndefined(window.values[key]) || !window.values[key].error ? [x(i), '-', '-'] : [x(i), window.values[key].value - window.values[key].error, window.values[key].value + window.values[key].error]),
    renderItem: (parameters, api) => {
      const [place, low] = api.coord([api.value(0), api.value(1)]), high = api.coord([api.value(0), api.value(2)])[1];
      return Number.isFinite(low + high) ? { type: 'line', shape: { x1: place, y1: low, x2: place, y2: high }, style: { stroke: colour('ink'), lineWidth: 1.1 } } : null;
    },
  };
}

function alarmLine(label) {
  if (findings.firstAlarm < 0) return undefined;
  const line = reference(x(findings.firstAlarm), label, 'xAxis', 'insideEnd'), isLate = 2 * findings.firstAlarm > windows.length;
  Object.assign(line.label, { rotate: 0, align: isLate ? 'right' : 'left', distance: [isLate ? -6 : 6, 12] }); // beside the line, where there is room
  return { ...line, lineStyle: { color: colour('engine'), width: 2, type: 'solid' } };
}

/** Loss, evidence and heat map, one above the other on one axis. */
function overview() {
  const energies = windows.some(window => !isUndefined(window.values.deltaEnergy)), evidence = windows.some(window => window.logEValue !== null);
  const rows = shownInputs(), cell = rows.length > 60 ? 11 : 15;
  const heights = [energies ? 190 : 0, evidence ? 110 : 0, rows.length * cell], gaps = 44;
  const tops = heights.map((_, i) => 34 + heights.slice(0, i).reduce((sum, h) => sum + (h ? h + gaps : 0), 0));
  const total = tops[2] + heights[2] + (rows.length ? 40 : 0);
  const most = Math.max(0.5, ...inputs.flatMap(input => input.effects.filter(Number.isFinite)));
  const made = chart('Loss above the reference, evidence of all windows, and the columns that moved, along time; the tables below have the same numbers', total, width => {
    const gutter = Math.max(66, Math.min(width * 0.34, 30 + 6.3 * Math.max(0, ...rows.map(input => Math.min(input.name.length, 34))))), room = Math.floor((gutter - 14) / 6.3);
    const parts = [0, 1, 2].filter(i => heights[i] > 0), grid = parts.map(i => ({ left: gutter, right: 22, top: tops[i], height: heights[i] }));
    const at = i => parts.indexOf(i);
    return {
      grid,
      title: parts.map(i => ({ text: ['ΔE: loss above the reference', width < 560 ? 'ln e: evidence so far' : 'ln of the e-value: evidence of all windows so far', `columns that moved${width < 560 ? '' : ': darker is farther'}, up to ${brief(most)} sd`][i], left: i === 2 ? 0 : gutter, top: tops[i] - 22, textStyle: { fontSize: 12.5, fontWeight: 650, color: colour('ink') } })),
      xAxis: parts.map((i, n) => along({ gridIndex: n, axisLabel: { show: i === parts.at(-1) || i === 0 } })),
      yAxis: parts.map((i, n) => i === 2
        ? { gridIndex: n, type: 'category', inverse: true, data: rows.map((_, row) => row), axisTick: { show: false }, axisLine: { lineStyle: { color: colour('line') } }, axisLabel: { interval: 0, color: colour('ink'), fontSize: cell < 14 ? 9.5 : 11, formatter: row => short(rows[row].name, room) } }
        : axis('', { gridIndex: n, type: 'value', scale: true, splitNumber: 3 })),
      axisPointer: { link: [{ xAxisIndex: 'all' }] },
      tooltip: tooltip({
        trigger: 'item', formatter: found => found.seriesName === 'columns' ? cellTip(found.data[0], found.data[1]) : windowTip(windows[found.dataIndex]),
      }),
      series: [
        ...energies ? [{
          name: 'ΔE', type: 'line', xAxisIndex: at(0), yAxisIndex: at(0), color: colour('idle'), lineStyle: { width: 1.5 }, connectNulls: false, showAllSymbol: true,
          symbol: (value, point) => windows[point.dataIndex].refresh ? 'triangle' : 'emptyCircle', symbolSize: (value, point) => windows[point.dataIndex].refresh ? 11 : 6,
          data: windows.map((window, i) => ({ value: [x(i), isUndefined(window.values.deltaEnergy) ? null : window.values.deltaEnergy.value], itemStyle: { color: colour(window.refresh ? 'engine' : 'idle') } })),
          markLine: reference(0, 'reference', 'yAxis', 'insideEndBottom'),
        }, whiskers(at(0), 'deltaEnergy'), { type: 'line', xAxisIndex: at(0), yAxisIndex: at(0), data: [], markLine: alarmLine(width < 560 ? 'alarm' : 'alarm of all windows together') }] : [],
        ...evidence ? [{
          name: 'ln e', type: 'line', xAxisIndex: at(1), yAxisIndex: at(1), color: colour('second'), lineStyle: { width: 2 }, showAllSymbol: true, symbolSize: 4,
          data: windows.map((window, i) => [x(i), window.logEValue]), markLine: alarmLine('alarm'),
        }] : [],
        ...rows.length ? [{
          name: 'columns', type: 'custom', xAxisIndex: at(2), yAxisIndex: at(2), encode: { x: [], y: [] }, clip: true,
          data: rows.flatMap((input, row) => input.effects.map((effect, i) => [i, row, effect, input.pValues[i]])),
          renderItem: (parameters, api) => {
            const i = api.value(0), row = api.value(1), effect = api.value(2), p = api.value(3), moved = p <= findings.falseAlarmRate;
            const begin = isTimed ? times[i] : i - 0.5, end = isTimed ? (i + 1 < times.length ? Math.min(times[i + 1], times[i] + 2 * step) : times[i] + step) : i + 0.5;
            const [left, y] = api.coord([begin, row]), right = api.coord([end, row])[0];
            return { type: 'rect', shape: { x: left, y: y - cell / 2 + 0.5, width: Math.max(1, right - left - 0.5), height: cell - 1 }, style: { fill: colour(moved ? 'engine' : 'idle'), opacity: moved ? 0.25 + 0.75 * Math.min(1, effect / most) : 0.1 } };
          },
        }] : [],
      ],
    };
  });
  made.box.style.cursor = 'pointer';
  made.box.addEventListener('click', event => {
    const bounds = made.box.getBoundingClientRect(), point = [event.clientX - bounds.left, event.clientY - bounds.top];
    const value = made.instance.convertFromPixel({ xAxisIndex: 0 }, point[0]);
    const near = windows.reduce((best, _, i) => Math.abs(x(i) - value) < Math.abs(x(best) - value) ? i : best, 0);
    const row = Math.floor((point[1] - tops[2]) / cell);
    go(near, row >= 0 && row < rows.length ? row : surprising(near));
  });
  return made;
}

function windowTip(window) {
  return tip(`${window.label}${window.refresh ? ' ▲ refresh' : ''}`, [['rows', window.rows.toLocaleString('en')], ['ΔE', window.values.deltaEnergy.text], ['ΔS', window.values.deltaEntropy.text],
    ['T', window.values.temperature.text], ['p-value', window.values.pValue.text], ['shift', window.values.effect.text], ...window.logEValue === null ? [] : [['ln e-value', brief(window.logEValue)]], ['alarm', window.alarm ? 'yes' : 'no']]);
}

function cellTip(i, row) {
  const input = shownInputs()[row];
  return tip(input.name, [['window', windows[i].label], ['shift', `${brief(input.effects[i])} sd`], ['p, as one of all', brief(input.pValues[i])], ...input.faults[i] ? [['broken', input.faults[i]]] : []]);
}

/** One quantity along time, in a small chart of its own. */
function timeline(key, name, colourName) {
  if (windows.every(window => isUndefined(window.values[key]))) return element('p', { class: 'note' }, `${name}: ${windows[0]?.values[key].text ?? 'no windows'}.`);
  const made = chart(`${name} along time; the table below has the same numbers`, 190, () => ({
    grid: { left: 66, right: 18, top: 16, bottom: 30 },
    xAxis: along({}), yAxis: axis(name, { type: 'value', scale: true, nameGap: 50, splitNumber: 3 }),
    tooltip: tooltip({ trigger: 'item', formatter: found => windowTip(windows[found.dataIndex]) }),
    series: [{
      name, type: 'line', color: colour(colourName), lineStyle: { width: 1.5 }, connectNulls: false, showAllSymbol: true,
      symbol: (value, point) => windows[point.dataIndex].refresh ? 'triangle' : 'emptyCircle', symbolSize: (value, point) => windows[point.dataIndex].refresh ? 10 : 5,
      data: windows.map((window, i) => [x(i), isUndefined(window.values[key]) ? null : window.values[key].value]),
    }, whiskers(0, key)],
  }));
  return made.box;
}

/** The column that moved most in a window. */
function surprising(at) {
  const rank = input => input.pValues[at] ?? 2;
  return inputs.reduce((best, input, i) => rank(input) < rank(inputs[best]) || (rank(input) === rank(inputs[best]) && (input.effects[at] ?? 0) > (inputs[best].effects[at] ?? 0)) ? i : best, 0);
}

const view = element('section', { id: 'window', 'aria-labelledby': 'window-title' });

function show(at, which = surprising(at)) {
  [open, column] = [at, Math.max(0, Math.min(which, inputs.length - 1))];
  const window = windows[at], input = inputs[column];
  view.replaceChildren(...[
    element('h2', { id: 'window-title', tabindex: '-1' }, `${window.refresh ? '▲ ' : ''}Window ${window.label}`),
    element('p', { class: 'note' }, [window.refresh ? 'The rule asks for a refresh.' : window.drift ? 'It has drifted, and asks for no refresh.' : 'The rule asks for nothing.', window.cause].filter(Boolean).join(' ')),
    element('div', { class: 'pair' },
      inputs.length ? element('div', {}, element('h3', {}, 'Columns, the most surprising first'), inputTable(at)) : null,
      element('div', {},
        input?.reference && input.counts[at] ? [element('h3', { id: 'distribution-title' }, `${input.name}: reference against window`), distribution(input, at)] : null,
        window.shares.length ? [element('h3', {}, 'What each feature adds to ΔE'), bars(window.shares.map(share => ({ name: share.name, quantity: share.share })), 'share of ΔE, loss')] : null)),
    window.distances.length ? element('details', {}, element('summary', {}, 'Distances from the reference, as others measure them'), distanceTable(window)) : null].filter(Boolean));
}

/** Opens a window and a column, and keeps them in the address. */
function go(at, which) {
  show(at, which);
  drawIn(view);
  keep({ window: windows[open].label, ...inputs.length ? { column: inputs[column].name } : {} });
}

function inputTable(at) {
  const rows = inputs.map((input, i) => ({ input, i })).sort((a, b) => (a.input.pValues[at] ?? 2) - (b.input.pValues[at] ?? 2) || (b.input.effects[at] ?? 0) - (a.input.effects[at] ?? 0)).slice(0, 15);
  return [sortable('inputs-table', `Columns of ${windows[at].label}${inputs.length > rows.length ? `; ${inputs.length - rows.length} more moved less` : ''}.`, [
    { label: 'column', meaning: 'by significance', cell: ({ input, i }) => ({ text: input.name, element: element('button', { type: 'button', title: input.name, onclick: () => go(at, i) }, short(input.name, innerWidth < 700 ? 20 : 34)) }) },
    { label: 'p', meaning: 'as one of all columns', cell: ({ input }) => ({ text: brief(input.pValues[at]), value: input.pValues[at] }) },
    { label: 'shift, sd', meaning: 'in standard deviations of one row', cell: ({ input }) => ({ text: brief(input.effects[at]), value: input.effects[at] }) },
    ...rows.some(({ input }) => input.missing[at] > 0) ? [{ label: 'empty', meaning: 'empty cells', cell: ({ input }) => ({ text: String(input.missing[at]), value: input.missing[at] }) }] : [],
    ...rows.some(({ input }) => input.faults[at]) ? [{ label: 'broken', meaning: 'broken rather than moved', cell: ({ input }) => ({ text: input.faults[at] ?? '', value: input.faults[at] ?? '' }) }] : [],
  ], rows)];
}

/** Shares of rows in bins that the reference filled about alike, reference beside window. */
function distribution(input, at) {
  const counts = input.counts[at], sums = [input.reference, counts].map(list => list.reduce((a, b) => a + b, 0) || 1), share = [input.reference, counts].map((list, i) => list.map(count => count / sums[i]));
  const names = input.isCategory ? counts.map((_, bin) => bin === counts.length - 1 ? 'unseen' : `category ${bin}`)
    : counts.map((_, bin) => bin === 0 ? `≤ ${brief(input.edges[0])}` : bin === counts.length - 1 ? `> ${brief(input.edges[bin - 1])}` : `${brief(input.edges[bin - 1])} … ${brief(input.edges[bin])}`);
  const made = chart(`Shares of rows by value of ${input.name}: reference and window`, 230, () => ({
    grid: { left: 52, right: 12, top: 30, bottom: 40 }, legend: { top: 0, textStyle: { color: colour('ink') } },
    xAxis: axis('', { type: 'category', data: names, axisLabel: { color: colour('soft'), fontSize: 10, hideOverlap: true } }),
    yAxis: axis('share of rows', { type: 'value', min: 0, nameGap: 38, splitNumber: 3 }),
    tooltip: tooltip({ trigger: 'axis', formatter: found => tip(names[found[0].dataIndex], found.map(point => [point.seriesName, `${brief(100 * point.value)} %`])) }),
    series: [
      { name: 'reference', type: 'bar', color: colour('idle'), data: share[0], barGap: '0%' },
      { name: `window ${windows[at].label}`, type: 'bar', color: colour('engine'), data: share[1] }],
  }));
  return [made.box, element('p', { class: 'note' }, input.isCategory ? 'Categories of the reference, and all others.' : 'Bins that the reference filled about alike: bars of one height mean that nothing moved.')];
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
        axisLabel: { interval: 0, color: colour('ink'), formatter: at => short(sorted[at].name, Math.floor((gutter - 14) / 6.3)) } },
      tooltip: tooltip({ trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: found => tip(sorted[found[0].dataIndex].name, [[name, sorted[found[0].dataIndex].quantity.text]]) }),
      series: [{
        type: 'custom', encode: { x: [0, 2, 3], y: 1 },
        data: sorted.map(({ quantity: { value, error } }, at) => [value, at, value - (error ?? 0), value + (error ?? 0)]),
        renderItem: (parameters, api) => {
          const { value, error } = sorted[api.value(1)].quantity, [zero, middle] = api.coord([0, api.value(1)]), place = at => api.coord([at, 0])[0];
          const lines = error > 0 ? [[place(value - error), middle, place(value + error), middle], [place(value - error), middle - 4, place(value - error), middle + 4], [place(value + error), middle - 4, place(value + error), middle + 4]] : [];
          return { type: 'group', children: [
            { type: 'rect', shape: { x: Math.min(zero, place(value)), y: middle - 7, width: Math.abs(place(value) - zero), height: 14 }, style: { fill: colour(value > 0 ? 'engine' : 'pump') } },
            ...lines.map(([x1, y1, x2, y2]) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: colour('ink'), lineWidth: 1.2 } }))] };
        },
      }],
    };
  });
  const drawn = sorted.some(entry => entry.quantity.error > 0) ? ' Whiskers of one standard error.' : '';
  return [made.box, element('p', { class: 'note' }, `To the right: adds loss. To the left: takes loss away.${drawn}${list.some(entry => entry.name === 'label') ? ' label: what changed of the right answers.' : ''}`)];
}

function distanceTable(window) {
  return sortable('distances', `Distances of ${window.label} from the reference.`, [
    { label: 'column', meaning: 'in the order of the data', cell: row => ({ text: row.name }) },
    ...findings.distanceColumns.map(columnOf)], window.distances);
}

/** A column of a table as the report describes it. */
function columnOf({ name, label, meaning }) {
  return { label, meaning, cell: row => ({ text: row.values[name].text, value: row.values[name].value }) };
}

const table = element('div', {});
later(table, () => table.append(element('div', {}, sortable('windows-table', 'All windows. A click on a heading sorts, a click on a window opens it.', [
  { label: 'window', meaning: 'in the order of time', cell: window => ({ text: window.label, element: element('button', { type: 'button', onclick: () => { go(windows.indexOf(window)); view.scrollIntoView(); } }, window.label) }) },
  { label: 'rows', meaning: 'how many', cell: window => ({ text: window.rows.toLocaleString('en'), value: window.rows }) },
  { label: 'refresh', meaning: 'what the rule says', cell: window => ({ text: window.refresh ? '▲ yes' : 'no', value: window.refresh ? 'yes' : 'no' }) },
  { label: 'alarm', meaning: 'of all windows so far together', cell: window => ({ text: window.alarm ? 'yes' : 'no', value: window.alarm ? 'yes' : 'no' }) },
  ...findings.columns.map(columnOf)], windows))));

let picture = overview();
const holder = element('div', {}, picture.box);
const more = inputs.length > MostColumns ? element('button', { type: 'button', class: 'more', onclick: () => {
  every = !every;
  more.textContent = every ? `only the first ${MostColumns} columns` : `all ${inputs.length} columns`;
  picture = overview();
  holder.replaceChildren(picture.box);
  picture.draw(true);
} }, `all ${inputs.length} columns`) : null;
page.append(
  section('timelines', 'Since when, and which columns',
    element('p', { class: 'note' }, `▲ the rule asks for a refresh: its p-value is at most ${brief(findings.falseAlarmRate)}${findings.leastEffect > 0 ? ` and the shift at least ${brief(findings.leastEffect)} standard deviations` : ''}. ○ it does not. Whiskers of one standard error. The alarm looks at all windows together: without drift it comes within t windows with probability at most t/${findings.runLength}. Columns stand by how often they moved. A click opens the window.`),
    holder, more),
  ...windows.length ? [view] : [],
  section('others', 'Entropy and temperature', element('div', { class: 'pair wide' },
    element('div', {}, element('h3', {}, 'ΔS: certainty lost, nats'), timeline('deltaEntropy', 'ΔS, nats', 'second')),
    element('div', {}, element('h3', {}, 'T: loss for a nat of it'), timeline('temperature', 'T, loss per nat', 'plain')))),
  section('table', 'All windows', table));

/** Opens what the address names, else the window that has drifted farthest. */
function recall() {
  const state = kept(), at = windows.findIndex(window => window.label === state.get('window')), named = inputs.findIndex(input => input.name === state.get('column'));
  if (windows.length) show(at < 0 ? farthest : at, named < 0 ? undefined : named);
}
addEventListener('hashchange', recall);
recall();
