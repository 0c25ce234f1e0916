'use strict';
// The page of two networks: what changed along the depth, all pairs in a table, and what is in one of them alone.

const { layers, columns, first, second, onlyInFirst, onlyInSecond } = findings;
const byDepth = [...layers].sort((a, b) => a.depth - b.depth);

/** One number of every pair, in the order of depth; a layer without it leaves a gap. */
function along(name, unit, logarithmic) {
  const known = byDepth.filter(layer => !isUndefined(layer.values[name]) && (!logarithmic || layer.values[name].value > 0));
  if (!known.length) return null;
  const words = columns.find(column => column.name === name);
  return chart(`${words.label} of ${byDepth.length} layers in the order of depth; the table below has the same numbers`, 260, () => ({
    grid: { left: 72, right: 18, top: 18, bottom: 46 },
    xAxis: axis('layer of the first network, in the order of depth', { type: 'category', data: byDepth.map((_, at) => at) }),
    yAxis: axis(unit, { type: logarithmic ? 'log' : 'value', nameGap: 52, scale: true }),
    tooltip: tooltip({ trigger: 'item', formatter: found => pairTip(byDepth[found.dataIndex]) }),
    series: [{ type: 'scatter', symbolSize: 9, color: colour('engine'), data: byDepth.map(layer => known.includes(layer) ? layer.values[name].value : null) }],
  })).box;
}

const pairTip = layer => tip(layer.name, [['in the other', layer.otherName], ...columns.filter(column => !isUndefined(layer.values[column.name])).map(column => [column.label, layer.values[column.name].text])]);

function pairTable() {
  const shown = columns.filter(column => layers.some(layer => !isUndefined(layer.values[column.name])));
  return sortable('pairs-table', 'All pairs, those that changed most first. A click on a heading sorts.', [
    { label: 'layer', meaning: `its name in ${first}`, cell: layer => ({ text: layer.name }) },
    { label: 'in the other', meaning: `its name in ${second}`, cell: layer => ({ text: layer.otherName, value: layer.otherName }) },
    { label: 'matched by', meaning: 'weight name, layer name, or shape and order', cell: layer => ({ text: layer.matchedBy, value: layer.matchedBy }) },
    ...shown.map(column => ({ label: column.label, meaning: column.meaning, cell: layer => ({ text: layer.values[column.name].text, value: layer.values[column.name].value }) })),
  ], layers);
}

const alone = (name, list) => list.length ? element('p', {}, `Only in ${name}: ${list.map(layer => `${layer.name} (${layer.type})`).join(', ')}.`) : null;
const change = along('relativeChange', '‖ΔW‖/‖W‖', true), noise = along('signalToNoiseDecibel', 'dB', false);

page.append(facts(findings.facts), ...[
  change ? section('change', 'Change of the weights', element('p', { class: 'note' }, 'On a logarithmic axis; layers with equal weights have no point.'), change) : null,
  noise ? section('noise', 'Signal-to-noise of the outputs', element('p', { class: 'note' }, 'On the same rows; the fewer decibels, the more the outputs differ.'), noise) : null,
  layers.length ? section('pairs', 'Pairs', pairTable()) : null,
  onlyInFirst.length + onlyInSecond.length ? section('alone', 'In one of them alone', alone(first, onlyInFirst), alone(second, onlyInSecond)) : null,
].filter(Boolean));
