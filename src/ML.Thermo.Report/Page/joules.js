'use strict';
// The page of joules: the bill by component, power over time, settings in the plane of time and energy, joules per nat by model.

const { components, shares, power, settings, models } = findings;
const palette = ['engine', 'second', 'plain', 'pump'];
const bars = components.filter(entry => !isUndefined(entry.joules));
const missing = components.filter(entry => isUndefined(entry.joules));

/** One stacked bar: measured parts are filled, estimated ones hatched, unavailable ones outlined beside it. */
function bill() {
  const largest = Math.max(...bars.map(entry => entry.joules.value), 1e-12);
  const outlines = missing.map(entry => ({ ...entry, width: largest / 4 }));
  return chart(`Joules by component: ${components.map(entry => `${entry.name} ${entry.joules.text} ${entry.status}`).join(', ')}`, 120, () => ({
    grid: { left: 20, right: 20, top: 34, bottom: 44 },
    legend: { top: 0, textStyle: { color: colour('ink') }, type: 'scroll' },
    xAxis: axis('J', { type: 'value', splitNumber: 5 }),
    yAxis: { type: 'category', data: [''], axisTick: { show: false }, axisLine: { show: false } },
    tooltip: tooltip({ trigger: 'item', formatter: found => billTip(found.seriesName) }),
    series: [
      ...bars.map((entry, at) => ({
        name: entry.name, type: 'bar', stack: 'bill', barWidth: 30, data: [entry.joules.value],
        itemStyle: { color: colour(palette[at % palette.length]), borderColor: colour('ink'), borderWidth: 0.5, decal: entry.status === 'Estimated' ? { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 4, color: colour('ink') } : undefined },
      })),
      ...outlines.map(entry => ({ name: entry.name, type: 'bar', stack: 'bill', barWidth: 30, data: [entry.width], itemStyle: { color: 'transparent', borderColor: colour('ink'), borderType: 'dashed', borderWidth: 1.5 } })),
    ],
  })).box;
}

function billTip(name) {
  const entry = components.find(found => found.name === name);
  return tip(name, [['joules', entry.joules.text], ['status', entry.status], ['read from', entry.source]]);
}

function powerLine() {
  return chart('Mean power over time', 220, () => ({
    grid: { left: 66, right: 18, top: 20, bottom: 44 },
    xAxis: axis('s', { type: 'value' }),
    yAxis: axis('W', { type: 'value', nameGap: 50 }),
    tooltip: tooltip({ trigger: 'axis', formatter: found => tip(`${brief(found[0].data[0])} s`, [['power', `${brief(found[0].data[1])} W`]]) }),
    series: [{ name: 'power', type: 'line', step: 'end', showSymbol: power.length < 60, color: colour('engine'), data: power }],
  })).box;
}

const maximum = findings.maximumWatts;
const cost = (setting, eta) => eta * setting.joules.value + (1 - eta) * maximum * setting.seconds.value;
const best = eta => settings.reduce((found, setting) => cost(setting, eta) < cost(found, eta) ? setting : found);
let weighted = findings.slowdown === null ? findings.eta : null;

function plane() {
  const line = settings.filter(setting => setting.isPareto).sort((a, b) => a.seconds.value - b.seconds.value);
  const choice = () => weighted === null ? settings.find(setting => setting.isChosen) : best(weighted);
  const points = list => list.map(setting => ({ value: [setting.seconds.value, setting.joules.value], setting }));
  const made = chart('Settings in the plane of time and energy; the table below has the same numbers', 320, () => ({
    grid: { left: 72, right: 24, top: 34, bottom: 44 },
    legend: { top: 0, textStyle: { color: colour('ink') } },
    xAxis: axis('s a run', { type: 'value', scale: true }),
    yAxis: axis('J a run', { type: 'value', scale: true, nameGap: 54 }),
    tooltip: tooltip({ trigger: 'item', formatter: found => tip(found.data.setting.name, [['time', `${found.data.setting.seconds.text} s`], ['energy', `${found.data.setting.joules.text} J`], ['runs', found.data.setting.runs]]) }),
    series: [
      { name: 'Pareto set', type: 'line', step: 'end', symbol: 'circle', symbolSize: 8, color: colour('engine'), data: points(line) },
      { name: 'others', type: 'scatter', symbol: 'emptyCircle', symbolSize: 9, color: colour('plain'), data: points(settings.filter(setting => !setting.isPareto)) },
      { name: 'choice', type: 'scatter', symbol: 'diamond', symbolSize: 17, color: colour('pump'), data: points([choice()]) },
    ],
  }));
  const said = element('output', { for: 'eta' });
  const say = () => { said.textContent = weighted === null ? `least energy within ${brief(findings.slowdown)} times the fastest: ${choice().name}` : `η = ${weighted.toFixed(2)}: ${choice().name}, cost ${brief(cost(choice(), weighted))} J`; };
  say();
  return [
    made.box,
    element('p', {},
      element('label', { for: 'eta' }, 'η, from time alone to energy alone: '),
      element('input', { id: 'eta', type: 'range', min: 0, max: 1, step: 0.01, value: weighted ?? 1, oninput: event => { weighted = Number(event.target.value); say(); made.draw(true); } }), ' ', said),
    element('p', { class: 'note' }, `The cost is η·E + (1 − η)·${brief(maximum)} W·t, over mean values.`)];
}

const cell = (label, key, meaning) => ({ label, meaning, cell: row => ({ text: row[key].text, value: row[key].value }) });
const word = (label, key, meaning) => ({ label, meaning, cell: row => ({ text: String(row[key]) }) });
const entries = (id, caption, list, unit) => sortable(id, caption, [
  word('what', 'name', 'part of the machine, or a share'), cell(unit, 'joules', 'with one standard error'), word('status', 'status', 'whether it was measured'),
  word('read from', 'source', 'file, library or formula'), word('mind', 'reason', 'why there is no number, or what to mind')], list);

if (components.length) {
  page.append(section('bill', 'The bill',
    bars.length ? [element('p', { class: 'note' }, 'Filled: measured. Hatched: estimated. Dashed outline: no number, and no length that means anything.'), bill()] : element('p', { class: 'note' }, 'No component has a number; the table says why.'),
    entries('bill-table', 'Components and shares.', [...components, ...shares], 'J')));
}
if (power.length > 1) page.append(section('power', 'Power over time', powerLine()));
if (settings.length) {
  page.append(section('settings', 'Settings', plane(), sortable('settings-table', 'All settings.', [
    word('setting', 'name', 'knobs and values'), cell('s', 'seconds', 'mean of a run'), cell('J', 'joules', 'mean of a run'), word('runs', 'runs', 'how many'),
    { label: 'place', meaning: 'in the race', cell: row => ({ text: row.isChosen ? 'chosen' : row.isPareto ? 'Pareto' : row.wasDropped ? 'dropped' : '' }) }], settings)));
}
if (models.length) {
  page.append(section('models', 'Joules per nat',
    element('p', { class: 'note' }, 'To compare only where energy and entropy are defined alike.'), entries('models-table', 'Models.', models, 'J/nat')));
}
