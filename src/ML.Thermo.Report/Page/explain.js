'use strict';
// The page of explained predictions: bars of effects, the table of prices, what is linear, a picture or tokens, and many rows side by side.

const { rows, over, termColumns, modelColumns, wholeColumns, overColumns } = findings;
let shown = 0;

const cell = (column, pick) => ({ label: column.label, meaning: column.meaning, cell: row => ({ text: pick(row)[column.name].text, value: pick(row)[column.name].value ?? undefined }) });
const signed = x => `${x > 0 ? '+' : ''}${brief(x)}`;

/** Stripes and dots, so that what is filled is told apart without colour. */
function decal(name) {
  return name === 'chosen' ? undefined
    : name === 'even' ? { symbol: 'circle', symbolSize: 0.6, color: colour('card'), dashArrayX: [4, 4], dashArrayY: [4, 4] }
    : { symbol: 'rect', color: colour('card'), dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 4 };
}

const bars = chart('Effects of the features, with their errors; the table below has the same numbers', () => 60 + 26 * Math.min(rows[shown].terms.length, 25), () => {
  const terms = rows[shown].terms.slice(0, 25);
  return {
    grid: { left: 140, right: 24, top: 10, bottom: 44 },
    xAxis: axis('effect on the output', { type: 'value' }),
    yAxis: { ...axis('', { type: 'category', inverse: true, data: terms.map(term => term.name) }), axisLabel: { color: colour('soft'), fontSize: 11, width: 125, overflow: 'truncate' } },
    tooltip: tooltip({ trigger: 'item', formatter: found => termTip(terms[found.dataIndex]) }),
    series: [
      { type: 'bar', barMaxWidth: 18, data: terms.map(term => ({
        value: term.effect ?? 0,
        itemStyle: { color: colour(term.effect < 0 ? 'pump' : 'engine'), opacity: term.isChosen ? 1 : 0.45, decal: decal(term.isChosen ? 'chosen' : 'other') } })) },
      { type: 'custom', silent: true, data: terms.map((term, at) => [term.effect ?? 0, at, term.error ?? 0]), renderItem: (_, api) => {
        const [low, high] = [-1, 1].map(sign => api.coord([api.value(0) + sign * api.value(2), api.value(1)]));
        return { type: 'line', shape: { x1: low[0], y1: low[1], x2: high[0], y2: high[1] }, style: { stroke: colour('ink'), lineWidth: 2 } };
      } },
    ],
  };
});

function termTip(term) {
  return tip(term.name, [['value', term.value], ['effect', term.values.effect.text], ['share', term.values.share.text], ['chosen', term.isChosen ? 'yes' : 'no']]);
}

const prices = chart('Unfaithfulness against interpretation entropy; what is best at some price is filled', 300, () => {
  const points = rows[shown].models.map(model => ({ value: [model.s, model.u], model }));
  return {
    grid: { left: 66, right: 24, top: 36, bottom: 46 },
    legend: { top: 4, textStyle: { color: colour('ink') } },
    xAxis: axis('interpretation entropy S', { type: 'value', min: 0, max: 1 }),
    yAxis: axis('unfaithfulness U', { type: 'value', min: 0, nameGap: 46 }),
    tooltip: tooltip({ trigger: 'item', formatter: found => tip(`${found.data.model.features} features`, modelColumns.slice(1).map(column => [column.label, found.data.model.values[column.name].text])) }),
    series: [
      { name: 'best at some price', type: 'line', symbol: 'circle', symbolSize: 9, color: colour('bath'), data: points.filter(point => point.model.isBest) },
      { name: 'best at none', type: 'scatter', symbol: 'emptyCircle', symbolSize: 8, color: colour('soft'), data: points.filter(point => !point.model.isBest) },
      { name: 'chosen', type: 'scatter', symbol: 'diamond', symbolSize: 16, color: colour('engine'), data: points.filter(point => point.model.features === rows[shown].chosen) },
    ],
  };
});

const parts = chart('What the movement of the output nearby is made of; the list of numbers has the same', 110, () => ({
  grid: { left: 20, right: 20, top: 36, bottom: 36 },
  legend: { top: 4, textStyle: { color: colour('ink') } },
  xAxis: axis('', { type: 'value', min: 0, max: 1 }),
  yAxis: { type: 'category', show: false, data: [''] },
  tooltip: tooltip({ trigger: 'item', formatter: found => tip(found.seriesName, [['share', `${brief(100 * found.value)} %`]]) }),
  series: ['single effects', 'third order', 'curvature and pairs'].map((name, at) => ({
    name, type: 'bar', stack: 'all', barWidth: 26, color: colour(['engine', 'bath', 'pump'][at]), itemStyle: { decal: decal(['chosen', 'odd', 'even'][at]) },
    data: [rows[shown].shares[at] ?? 0] })),
}));

/** The picture, with the edges of the parts that were chosen, solid where they raise the output and dashed where they lower it. */
function overlay(row) {
  const { height, width, channels, pixels, parts: of } = row.picture;
  const size = Math.max(2, Math.floor(320 / Math.max(height, width)));
  const at = (y, x, c) => pixels[(y * width + x) * channels + Math.min(c, channels - 1)];
  const terms = new Map(row.terms.map(term => [term.index, term]));
  const drawing = element('svg', { role: 'img', 'aria-label': `The picture of row ${row.row}; chosen parts have edges`, width: width * size, height: height * size, viewBox: `0 0 ${width * size} ${height * size}` });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const c = [0, 1, 2].map(channel => at(y, x, channels === 3 ? channel : 0));
      drawing.append(element('rect', { x: x * size, y: y * size, width: size, height: size, fill: `rgb(${c.join(',')})` }));
    }
  }
  const same = (y, x, part) => y >= 0 && x >= 0 && y < height && x < width && of[y * width + x] === part;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const part = of[y * width + x], term = terms.get(part);
      if (!term || !term.isChosen) continue;
      const pen = { stroke: colour(term.effect < 0 ? 'pump' : 'engine'), 'stroke-width': 3, 'stroke-dasharray': term.effect < 0 ? '4 3' : null };
      const [l, t, r, b] = [x * size, y * size, (x + 1) * size, (y + 1) * size];
      if (!same(y - 1, x, part)) drawing.append(element('line', { x1: l, y1: t + 1.5, x2: r, y2: t + 1.5, ...pen }));
      if (!same(y + 1, x, part)) drawing.append(element('line', { x1: l, y1: b - 1.5, x2: r, y2: b - 1.5, ...pen }));
      if (!same(y, x - 1, part)) drawing.append(element('line', { x1: l + 1.5, y1: t, x2: l + 1.5, y2: b, ...pen }));
      if (!same(y, x + 1, part)) drawing.append(element('line', { x1: r - 1.5, y1: t, x2: r - 1.5, y2: b, ...pen }));
    }
  }
  return [element('p', { class: 'note' }, 'Solid edges: the part raises the output. Dashed: it lowers it.'), drawing];
}

/** Tokens in their order: chosen ones in bold with their effect. */
function tokens(row) {
  return element('p', { id: 'tokens' }, [...row.terms].sort((a, b) => a.index - b.index).map(term => term.isChosen
    ? [element('strong', { title: term.name }, term.value), element('sub', {}, ` ${signed(term.effect)} `)]
    : [element('span', { title: term.name }, term.value), ' ']));
}

const numbers = element('div'), tables = element('div'), models = element('div'), material = element('div'), words = element('p');

function show() {
  const row = rows[shown];
  words.textContent = row.summary.join(' ');
  numbers.replaceChildren(facts(wholeColumns.filter(column => row.whole[column.name].text !== '').map(column => ({ label: column.label, text: row.whole[column.name].text, meaning: column.meaning }))));
  tables.replaceChildren(...sortable('terms-table', 'Features by the size of their effect', termColumns.map(column => cell(column, term => term.values)), row.terms).filter(Boolean));
  models.replaceChildren(...sortable('models-table', 'Stand-ins by their number of features', modelColumns.map(column => cell(column, model => model.values)), row.models).filter(Boolean));
  material.replaceChildren(...(row.picture ? overlay(row) : row.isText ? [tokens(row)] : []).flat());
  redraw();
}

const choice = rows.length === 1 ? null : element('p', { class: 'chooser always' },
  element('label', { for: 'row' }, 'Row '),
  element('select', { id: 'row', onchange: event => { shown = Number(event.target.value); show(); } },
    rows.map((row, at) => element('option', { value: at }, `${row.row}${row.class === null ? '' : ` (class ${row.class})`}`))));

if (over.length) {
  page.append(section('over', 'All rows', sortable('over-table', 'Features over all rows', overColumns.map(column => cell(column, feature => feature)), over),
    sortable('rows-table', 'Rows', [
      { label: 'row', meaning: 'row of the data', cell: row => ({ text: String(row.row), value: row.row }) },
      ...wholeColumns.slice(1).map(column => cell(column, row => row.whole))], rows)));
}
page.append(
  section('effects', rows.length === 1 ? 'Effects' : 'One row', choice, rows.length === 1 ? null : words, material, bars.box, tables),
  section('price', 'What each feature costs and brings', element('p', { class: 'note' }, 'A line from left to right: each step takes features in, and pays at prices below the one where it begins.'), prices.box, models),
  section('parts', 'How far a sum of effects goes', parts.box, numbers));
show();
