'use strict';
// The page of a closed loop: diversity by generation with what chance allows, the plane of temperature and fresh share, categories, needs.

const { generations, plane, categories, needs, ahead, repetition } = findings;
const times = [...generations, ...ahead].map((_, t) => String(t));
const last = generations.length - 1;

function line(name, data, colourName, extra = {}) {
  return { name, type: 'line', data, color: colour(colourName), lineStyle: { width: 2 }, symbolSize: 6, ...extra };
}

const diversity = chart('Diversity by generation, with the band that resampling alone allows and what the fitted loop makes next; the table below has the numbers', 280, () => ({
  grid: { left: 66, right: 18, top: 40, bottom: 46 },
  legend: { top: 4, textStyle: { color: colour('ink') }, data: ['what chance allows (95 %)', 'observed', ...ahead.length ? ['forecast'] : []] },
  xAxis: axis('generation', { type: 'category', data: times }),
  yAxis: axis('Gini–Simpson', { type: 'value', scale: true, nameGap: 50 }),
  tooltip: tooltip({ trigger: 'axis', formatter: found => generationTip(found[0].dataIndex) }),
  series: [
    line('chance, low', generations.map(g => g.low), 'soft', { symbol: 'none', lineStyle: { width: 0 }, stack: 'band', silent: true, legendHoverLink: false }),
    line('what chance allows (95 %)', generations.map(g => g.low === null ? null : g.high - g.low), 'soft', { symbol: 'none', lineStyle: { width: 0 }, stack: 'band', areaStyle: { opacity: 0.25 }, silent: true }),
    line('observed', generations.map(g => g.gini.value), 'bath'),
    ...ahead.length ? [line('forecast', [...generations.map((g, t) => t === last ? g.gini.value : null), ...ahead], 'engine', { symbol: 'none', lineStyle: { width: 2, type: 'dashed' } })] : [],
  ],
}));

function generationTip(t) {
  if (t > last)
    return tip(`generation ${t}`, [['forecast of Gini–Simpson', brief(ahead[t - last - 1])]]);
  const g = generations[t];
  return tip(`generation ${t}`, [['rows', g.rows.toLocaleString('en')], ['entropy', g.entropy.text], ['Gini–Simpson', g.gini.text],
    ['chance allows', g.low === null ? '—' : `${brief(g.low)} to ${brief(g.high)}`], ['coverage', g.coverage.text], ['new categories', String(g.newCategories)]]);
}

const map = chart('Sampling temperature against fresh share: thresholds of equally frequent categories, and what the data allow', 320, () => ({
  grid: { left: 66, right: 18, top: 40, bottom: 46 },
  legend: { top: 4, textStyle: { color: colour('ink') } },
  xAxis: axis('fresh share', { type: 'value', min: 0, max: 1 }),
  yAxis: axis('sampling temperature', { type: 'value', scale: true, nameGap: 50 }),
  tooltip: tooltip({ trigger: 'item', formatter: point => tip(point.seriesName, [['fresh share', brief(point.value[0])], ['temperature', brief(point.value[1])]]) }),
  series: [
    line('1 − T', plane.stability, 'soft', { symbol: 'none', lineStyle: { width: 1, type: 'dashed' } }),
    line(`no collapse of ${plane.classes} equal categories above`, plane.coexistence, 'ink', { symbol: 'none' }),
    line('best temperature by share', plane.profile.map(p => [p[0], p[1]]), 'engine', { symbol: 'none' }),
    ...plane.region.length ? [line('what the data allow', plane.region, 'pump', { symbol: 'none', lineStyle: { width: 1.5 } })] : [],
    ...findings.temperature.value === null || findings.freshShare.value === null ? []
      : [{ name: 'fitted', type: 'scatter', symbolSize: 13, color: colour('engine'), data: [[findings.freshShare.value, findings.temperature.value]] }],
  ],
}));

// Up to six generations, the first and the last among them.
const drawn = generations.length <= 6 ? generations.map((_, t) => t) : [0, 1, 2, 3, 4, 5].map(k => Math.round(k * last / 5));
const shares = chart('Shares of the most frequent categories by generation', () => 120 + (14 + 8 * drawn.length) * categories.length, () => ({
  grid: { left: 120, right: 18, top: 40, bottom: 46 },
  legend: { top: 4, textStyle: { color: colour('ink') } },
  xAxis: axis('share of rows', { type: 'value' }),
  yAxis: { ...axis('', { type: 'category', inverse: true, data: categories.map(c => c.name) }), axisLabel: { color: colour('soft'), fontSize: 11, width: 105, overflow: 'truncate' } },
  tooltip: tooltip({ trigger: 'item', formatter: bar => tip(categories[bar.dataIndex].name, categories[bar.dataIndex].shares.map((share, t) => [`generation ${t}`, brief(share)])) }),
  series: drawn.map((t, at) => ({ name: `generation ${t}`, type: 'bar', barGap: '10%', color: colour(['idle', 'plain', 'second', 'pump', 'bath', 'engine'][t === last ? 5 : at]), data: categories.map(c => c.shares[t]) })),
}));

const need = chart('Fresh rows a generation against the share of diversity that they keep, at temperature one', 260, () => ({
  grid: { left: 66, right: 18, top: 24, bottom: 46 },
  xAxis: axis('diversity kept', { type: 'value', min: 0, max: 1 }),
  yAxis: axis('fresh rows a generation', { type: 'log', nameGap: 50 }),
  tooltip: tooltip({ trigger: 'axis', formatter: found => tip(`keep ${brief(100 * found[0].value[0])} %`, [['fresh rows', brief(found[0].value[1])]]) }),
  series: [line('needed', needs, 'bath', { symbol: 'none' })],
}));

page.append(
  section('overview', 'The loop', facts([
    { label: 'verdict', text: findings.verdict, meaning: 'at the stated rate of error' },
    { label: 'p of resampling alone', text: findings.pValue.text, meaning: 'chance to lose as much diversity by drawing rows' },
    { label: 'sampling temperature', text: findings.temperature.text, meaning: 'below 1 it freezes, above 1 it boils' },
    { label: 'fresh share', text: findings.freshShare.text, meaning: 'part of each generation that is real' },
    { label: 'kept in the long run', text: findings.retention.text, meaning: 'of the reference’s entropy, if nothing changes' },
  ])),
  section('generations', 'Generation by generation', diversity.box,
    sortable('generation-table', 'Generations', [
      { label: 'generation', meaning: '0 is the first', cell: row => ({ text: String(row.at), value: row.at }) },
      { label: 'rows', meaning: 'rows of the generation', cell: row => ({ text: row.rows.toLocaleString('en'), value: row.rows }) },
      { label: 'entropy, nats', meaning: 'Chao–Shen estimate', cell: row => ({ text: row.entropy.text, value: row.entropy.value }) },
      { label: 'Gini–Simpson', meaning: 'chance that two rows differ', cell: row => ({ text: row.gini.text, value: row.gini.value }) },
      { label: 'coverage', meaning: 'share of the law that the categories seen make up', cell: row => ({ text: row.coverage.text, value: row.coverage.value }) },
      { label: 'richness', meaning: 'categories among as many rows as the smallest generation has', cell: row => ({ text: row.richness.text, value: row.richness.value }) },
      { label: 'new', meaning: 'categories that no earlier data had', cell: row => ({ text: String(row.newCategories), value: row.newCategories }) },
      ...repetition.length ? [
        { label: 'repeated', meaning: 'lines that occurred before, among as many first lines as each generation has; decides nothing', cell: row => ({ text: repetition[row.at].duplicates.text, value: repetition[row.at].duplicates.value }) },
        { label: 'compressed', meaning: 'size of those lines after Brotli over before; decides nothing', cell: row => ({ text: repetition[row.at].compressed.text, value: repetition[row.at].compressed.value }) },
      ] : [],
    ], generations.map((g, at) => ({ ...g, at })))),
  section('plane', 'Temperature and fresh share', element('p', { class: 'note' }, 'The thresholds hold for equally frequent categories; 1 − T is where an exactly uniform state loses its stability and is never a safe share.'), map.box),
  section('categories', 'The most frequent categories', shares.box),
  section('needs', 'Fresh rows needed against chance', need.box));
