'use strict';
// The page of a compressed network: loss against size, whose slope is the temperature, and the layers as bars that cool to one level.

const { curve, layers, columns, temperatures } = findings;
const positive = value => value !== null && value > 0;
const share = bytes => `${brief(100 * bytes / findings.bytesBefore)} %`;

const sizes = chart('Loss against the size of the file by the layers\' own losses; the point is the file that was chosen', 300, () => ({
  grid: { left: 84, right: 18, top: 40, bottom: 46 },
  legend: { top: 4, textStyle: { color: colour('ink') } },
  xAxis: axis('size of the file, bytes', { type: 'value', min: 'dataMin', nameGap: 28 }),
  yAxis: axis(`loss, ${findings.unit}`, { type: 'log', nameGap: 62 }),
  tooltip: tooltip({ trigger: 'item', formatter: point => tip(point.seriesName, [['bytes', `${point.value[0].toLocaleString('en')} (${share(point.value[0])})`],
    ['loss', brief(point.value[1])], ...point.value.length > 2 ? [['temperature', brief(point.value[2])]] : []]) }),
  series: [
    { name: 'equilibria', type: 'line', symbolSize: 5, color: colour('plain'), lineStyle: { width: 2 }, data: curve.filter(point => positive(point[1])) },
    ...positive(findings.forecast.value) ? [{ name: 'forecast', type: 'scatter', symbolSize: 13, color: colour('engine'), data: [[findings.bytes, findings.forecast.value]] }] : [],
    ...positive(findings.measured.value) ? [{ name: 'measured', type: 'scatter', symbol: 'diamond', symbolSize: 13, color: colour('pump'), data: [[findings.bytes, findings.measured.value]] }] : [],
  ],
}));

// A bar a layer: from the temperature of its narrowest width down to that of the chosen one.
const hottest = temperatures.map(list => Math.max(...list.map(step => step.temperature ?? 0)));
const now = temperatures.map(list => (list.find(step => step.isChosen) ?? { temperature: null }).temperature);
const bars = chart('Temperature of each layer at its narrowest width, and at the chosen one', () => 110 + 22 * layers.length, () => ({
  grid: { left: 150, right: 18, top: 40, bottom: 46 },
  legend: { top: 4, textStyle: { color: colour('ink') } },
  xAxis: axis('loss a nat of precision', { type: 'log' }),
  yAxis: { ...axis('', { type: 'category', inverse: true, data: layers.map(layer => layer.name.text) }), axisLabel: { color: colour('soft'), fontSize: 11, width: 135, overflow: 'truncate' } },
  tooltip: tooltip({ trigger: 'item', formatter: mark => tip(layers[mark.dataIndex].name.text, [['bits', layers[mark.dataIndex].bits.text],
    ...temperatures[mark.dataIndex].map(step => [`T at ${step.bits} bits`, brief(step.temperature)])]) }),
  series: [
    { name: 'narrowest', type: 'scatter', symbolSize: 9, color: colour('engine'), data: hottest.map(value => positive(value) ? value : null) },
    { name: 'chosen', type: 'scatter', symbol: 'diamond', symbolSize: 11, color: colour('plain'), data: now.map(value => positive(value) ? value : null) },
  ],
}));

page.append(
  section('overview', 'The file', facts([
    { label: 'forecast', text: findings.forecast.text, meaning: findings.unit },
    { label: 'measured', text: findings.measured.text, meaning: `${findings.unit}, on other rows` },
    { label: 'size', text: share(findings.bytes), meaning: 'of the original file' },
  ])),
  section('curve', 'Loss against size', element('p', { class: 'note' }, 'The slope is the temperature: what a byte more would take off the loss.'), sizes.box),
  section('layers', 'Layers, cooled to one level', element('p', { class: 'note' }, 'Hot layers get bits and cold ones give them until one temperature is left, as far as the menu allows.'), bars.box,
    sortable('stored-table', 'Layers', columns.map(column => ({ label: column.label, meaning: column.meaning, cell: row => row[column.name] })), layers)));
