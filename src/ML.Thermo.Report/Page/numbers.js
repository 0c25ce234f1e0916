'use strict';
// The page of a closed loop of numbers: entropy by generation with what chance allows, the normal laws fitted to each column, needs.

const { generations, columns, densities, needs } = findings;
const times = generations.map((_, t) => String(t));
const palette = ['soft', 'second', 'plain', 'pump', 'bath'];

function line(name, data, colourName, extra = {}) {
  return { name, type: 'line', data, color: colour(colourName), lineStyle: { width: 2 }, symbolSize: 6, ...extra };
}

const entropy = chart('Entropy change by generation, with the band that refitting alone allows; the table below has the same numbers', 280, () => ({
  grid: { left: 66, right: 18, top: 40, bottom: 46 },
  legend: { top: 4, textStyle: { color: colour('ink') }, data: ['what chance allows (95 %)', 'observed'] },
  xAxis: axis('generation', { type: 'category', data: times }),
  yAxis: axis('entropy change, nats', { type: 'value', scale: true, nameGap: 50 }),
  tooltip: tooltip({ trigger: 'axis', formatter: found => generationTip(found[0].dataIndex) }),
  series: [
    line('chance, low', generations.map(g => g.low), 'soft', { symbol: 'none', lineStyle: { width: 0 }, stack: 'band', stackStrategy: 'all', silent: true }),
    line('what chance allows (95 %)', generations.map(g => g.low === null ? null : g.high - g.low), 'soft', { symbol: 'none', lineStyle: { width: 0 }, stack: 'band', stackStrategy: 'all', areaStyle: { opacity: 0.25 }, silent: true }),
    line('observed', generations.map(g => g.entropyChange.value), 'bath'),
  ],
}));

function generationTip(t) {
  const g = generations[t];
  return tip(`generation ${t}`, [['rows', g.rows.toLocaleString('en')], ['entropy change', g.entropyChange.text],
    ...g.low === null ? [] : [['chance allows', `${brief(g.low)} to ${brief(g.high)}`]]]);
}

function fitted(column) {
  return element('div', {}, element('h3', {}, column.name), chart(`Normal laws fitted to ${column.name}, by generation`, 240, () => ({
    grid: { left: 66, right: 18, top: 40, bottom: 46 },
    legend: { top: 4, textStyle: { color: colour('ink') }, type: 'scroll' },
    xAxis: axis(column.name, { type: 'value', min: 'dataMin', max: 'dataMax' }),
    yAxis: axis('density', { type: 'value', nameGap: 50 }),
    tooltip: tooltip({ trigger: 'axis', formatter: found => tip(`${column.name} ${brief(found[0].value[0])}`, found.map(one => [one.seriesName, brief(one.value[1])])) }),
    series: column.laws.map((law, at) => line(`generation ${law.generation}`, column.places.map((x, k) => [x, law.values[k]]),
      at === column.laws.length - 1 ? 'bath' : palette[at], { symbol: 'none' })),
  })).box);
}

const need = chart('Fresh rows a generation against the share of a variance that they keep, at temperature one', 260, () => ({
  grid: { left: 66, right: 18, top: 24, bottom: 46 },
  xAxis: axis('variance kept', { type: 'value', min: 0, max: 1 }),
  yAxis: axis('fresh rows a generation', { type: 'log', nameGap: 50 }),
  tooltip: tooltip({ trigger: 'axis', formatter: found => tip(`keep ${brief(100 * found[0].value[0])} %`, [['fresh rows', brief(found[0].value[1])]]) }),
  series: [line('needed', needs, 'bath', { symbol: 'none' })],
}));

page.append(
  section('overview', 'The loop', facts([
    { label: 'verdict', text: findings.verdict, meaning: 'at the stated rate of error' },
    { label: 'p of refitting alone', text: findings.pValue.text, meaning: 'chance to lose as much spread by drawing rows' },
    { label: 'τ', text: findings.temperature.text, meaning: 'by what sampling multiplies a variance; below 1 it freezes, above 1 it boils' },
    { label: 'fresh share', text: findings.freshShare.text, meaning: 'part of each generation that is real' },
    { label: 'kept in the long run', text: findings.retention.text, meaning: 'of the variance, if nothing changes' },
    { label: 'fresh share needed', text: findings.criticalShare.text, meaning: 'to keep what was asked for' },
  ])),
  section('generations', 'Generation by generation', entropy.box,
    sortable('generation-table', 'Generations', [
      { label: 'generation', meaning: '0 is the first', cell: row => ({ text: String(row.at), value: row.at }) },
      { label: 'rows', meaning: 'rows of the generation', cell: row => ({ text: row.rows.toLocaleString('en'), value: row.rows }) },
      { label: 'entropy change, nats', meaning: 'of the normal law with the same covariance, from the reference', cell: row => ({ text: row.entropyChange.text, value: row.entropyChange.value }) },
      ...columns.slice(0, 6).map((name, at) => ({ label: `sd of ${name}`, meaning: 'standard deviation', cell: row => ({ text: brief(row.deviations[at]), value: row.deviations[at] }) })),
    ], generations.map((g, at) => ({ ...g, at })))),
  section('densities', 'What each column has become', element('p', { class: 'note' }, 'Fitted normal laws: what the loop keeps of a column is its mean and spread.'),
    element('div', { class: 'pair wide' }, ...densities.map(fitted))),
  section('needs', 'Fresh rows needed against chance', need.box));
