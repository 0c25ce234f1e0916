'use strict';
// The page of a scan: distances at every split with their band and peaks, what is known at every value, length passed, what changed.

const { over, splits, points, peaks, distances } = findings;
const place = x => over.geometric ? { type: 'log', min: over.low, max: over.high, ...x } : { type: 'value', min: over.low, max: over.high, ...x };

function line(name, data, colourName, extra = {}) {
  return { name, type: 'line', data, color: colour(colourName), lineStyle: { width: 2 }, symbolSize: 5, ...extra };
}

/** Vertical marks at the peaks. */
function marks() {
  return {
    silent: true, symbol: 'none', animation: false, lineStyle: { color: colour('bath'), type: 'dashed', width: 1.5 },
    label: { formatter: found => peaks[found.dataIndex].kind, color: colour('ink'), fontSize: 11, backgroundColor: colour('card'), padding: [1, 3] },
    data: peaks.map(peak => ({ xAxis: peak.at.value })),
  };
}

function splitTip(s) {
  const split = splits[s];
  return tip(`${over.name} = ${brief(split.left)} | ${brief(split.right)}`, distances.map(d => [d.label, split.values[d.name].text]));
}

const curve = chart(`Distances between both sides of each split over ${over.name}, with the band that holds for all splits together; the table below has the same numbers`, 320, () => ({
  grid: { left: 70, right: 18, top: 58, bottom: 46 },
  legend: { top: 4, selectedMode: 'single', textStyle: { color: colour('ink') }, data: distances.map(d => d.label) },
  xAxis: axis(over.name, place({})),
  yAxis: axis('distance of the sides', { type: 'value', scale: true, nameGap: 54 }),
  tooltip: tooltip({ trigger: 'axis', formatter: found => splitTip(found[0].dataIndex) }),
  series: distances.flatMap((d, i) => {
    const value = s => s.values[d.name].value, width = s => (s.values[d.name].error ?? 0) * findings.criticalValue;
    const band = { symbol: 'none', lineStyle: { width: 0 }, silent: true, stack: d.name };
    return [
      line(d.label, splits.map(s => [s.at, value(s)]), 'bath', i === 0 ? { markLine: marks() } : {}),
      line(d.label, splits.map(s => [s.at, value(s) === null ? null : value(s) - width(s)]), 'soft', band),
      line(d.label, splits.map(s => [s.at, value(s) === null ? null : 2 * width(s)]), 'soft', { ...band, areaStyle: { opacity: 0.22 } }),
    ];
  }),
}));

const known = findings.states.filter(state => points.some(point => !isUndefined(point.values[state.name])));
const states = chart(`What is known at each value of ${over.name}`, 280, () => ({
  grid: { left: 70, right: 18, top: 40, bottom: 46 },
  legend: { top: 4, textStyle: { color: colour('ink') } },
  xAxis: axis(over.name, place({})),
  yAxis: axis('', { type: 'value', scale: true }),
  tooltip: tooltip({ trigger: 'axis', formatter: found => tip(`${over.name} = ${brief(points[found[0].dataIndex].x)}`,
    known.map(state => [state.label, points[found[0].dataIndex].values[state.name].text])) }),
  series: known.map((state, i) => line(state.label, points.map(point => [point.x, point.values[state.name].value]), ['bath', 'engine', 'pump', 'plain', 'second'][i % 5],
    { lineStyle: { width: 2, type: ['solid', 'dashed', 'dotted'][i % 3] }, symbol: ['circle', 'rect', 'triangle', 'diamond'][i % 4] })),
}));

const length = chart(`Thermodynamic length passed from the first value of ${over.name}`, 220, () => ({
  grid: { left: 70, right: 18, top: 20, bottom: 46 },
  xAxis: axis(over.name, place({})),
  yAxis: axis('length, standard deviations', { type: 'value', nameGap: 50 }),
  tooltip: tooltip({ trigger: 'axis', formatter: found => tip(`${over.name} = ${brief(found[0].value[0])}`, [['length', brief(found[0].value[1])]]) }),
  series: [line('length', findings.passed, 'bath', { areaStyle: { opacity: 0.12 } })],
}));

const pairNames = points.map(point => brief(point.x));

/** D of any two values as shades of one colour, which need no pattern: blocks along the diagonal are phases. An estimate may lie outside 0 to 1. */
const pairs = chart(`Distance D between the outputs at any two values of ${over.name}, from light (0, no difference) to dark (1, no overlap); blocks along the diagonal are phases`,
  width => Math.min(width, 560), () => ({
    grid: { left: 70, right: 18, top: 40, bottom: 52 },
    xAxis: axis(over.name, { type: 'category', data: pairNames, splitLine: { show: false } }),
    yAxis: axis(over.name, { type: 'category', data: pairNames, nameGap: 52, splitLine: { show: false } }),
    visualMap: {
      min: 0, max: 1, dimension: 2, orient: 'horizontal', left: 'center', top: 4, itemHeight: 140, itemWidth: 12, text: ['D = 1', '0'],
      textStyle: { color: colour('ink') }, inRange: { color: [colour('card'), colour('pump'), colour('ink')] },
    },
    tooltip: tooltip({ trigger: 'item', formatter: found => tip(`${over.name} = ${pairNames[found.value[0]]} and ${pairNames[found.value[1]]}`, [['D', brief(found.value[3])]]) }),
    series: [{ type: 'heatmap', data: findings.pairs.flatMap((row, j) => row.map((d, i) => [i, j, Math.min(Math.max(d, 0), 1), d])), itemStyle: { borderWidth: 0 } }],
  }));

function peakTable() {
  return sortable('peak-table', 'Peaks', [
    { label: 'place', meaning: 'by a parabola through the summit and its neighbours', cell: peak => ({ text: peak.at.text, value: peak.at.value }) },
    { label: 'D', meaning: 'at the summit', cell: peak => ({ text: peak.height.text, value: peak.height.value }) },
    { label: 'p-value', meaning: 'of a peak that stands out so far where there is none; 0 where D is exact', cell: peak => ({ text: brief(peak.pValue), value: peak.pValue }) },
    { label: 'kind', meaning: 'by the abruptness: 2 smooth, 0 a jump', cell: peak => ({ text: peak.kind, value: peak.kind }) },
  ], peaks);
}

function driverTable() {
  const rows = peaks.flatMap(peak => peak.drivers.map(driver => ({ ...driver, peak })));
  return rows.length === 0 ? null : sortable('driver-table', 'Outcomes that tell the sides of a peak apart', [
    { label: 'outcome', meaning: 'its name', cell: row => ({ text: row.outcome, value: row.outcome }) },
    { label: 'peak at', meaning: 'the peak’s place', cell: row => ({ text: brief(row.peak.at.value), value: row.peak.at.value }) },
    { label: 'left', meaning: 'share on the left', cell: row => ({ text: brief(row.left), value: row.left }) },
    { label: 'right', meaning: 'share on the right', cell: row => ({ text: brief(row.right), value: row.right }) },
    { label: 'contribution', meaning: 'to D', cell: row => ({ text: brief(row.contribution), value: row.contribution }) },
  ], rows);
}

const texts = findings.texts.length === 0 ? [] : [section('texts', 'What was said on both sides of the highest peak', findings.texts.map(side => [
  element('h3', {}, `${over.name} = ${brief(side.x)}`), element('ul', {}, side.outputs.map(output => element('li', {}, output)))]))];

page.append(
  section('overview', 'The scan', facts([
    { label: 'peaks', text: String(peaks.length), meaning: 'that stand out of the band' },
    { label: 'observer', text: findings.observer, meaning: 'what is known of the outputs' },
    { label: 'length', text: findings.length.text, meaning: 'standard deviations passed: states that can be told apart' },
    { label: 'p that nothing changes', text: findings.change.text, meaning: 'by permutation of the values' },
  ])),
  section('curve', 'Distance of both sides', curve.box, peaks.length === 0 ? null : peakTable(), peaks.length === 0 ? null : driverTable(),
    sortable('split-table', 'Splits', [
      { label: 'left', meaning: 'the last value on the left', cell: split => ({ text: brief(split.left), value: split.left }) },
      ...distances.map(d => ({ label: d.label, meaning: d.meaning, cell: split => ({ text: split.values[d.name].text, value: split.values[d.name].value }) })),
    ], splits)),
  ...texts,
  ...known.length === 0 ? [] : [section('states', 'At each value', states.box)],
  ...findings.pairs.length === 0 ? [] : [section('pairs', 'Any two values compared', pairs.box)],
  ...findings.passed.length === 0 ? [] : [section('length', 'Length', length.box)]);
