'use strict';
// The page of a network: facts, the layers as bars with the chosen one beside them, the table, what was left out.

const layers = findings.layers;
const hot = layers.some(layer => layer.mode !== 'Undefined'); // some layer has a place between two temperatures

const chosen = element('section', { id: 'layer', 'aria-labelledby': 'layer-title', tabindex: '0' });
let current = -1;

/** Opens a layer beside the list; on a narrow window the list is above, so the page goes to it. */
function choose(at, follow = true) {
  current = at;
  chosen.replaceChildren(...layerView(layers[at], at));
  if (follow) chosen.scrollTop = 0;
  list.mark(at);
  markRow();
  if (!follow) return;
  drawIn(chosen);
  remember();
  if (chosen.getBoundingClientRect().top > innerHeight * 0.7)
    chosen.scrollIntoView({ behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth', block: 'start' });
}

function markRow() { page.querySelectorAll('#layers-table tr[data-row]').forEach(line => line.classList.toggle('chosen', line.dataset.row === String(current))); }

function layerView(layer, at) {
  const step = (by, words) => element('button', { type: 'button', disabled: !layers[at + by], onclick: () => choose(at + by) }, words);
  const groups = [...new Set(findings.columns.map(column => column.group))];
  return [
    element('div', { class: 'walk' },
      element('h2', { id: 'layer-title', tabindex: '-1' }, `${hot ? `${modes[layer.mode].sign} ` : ''}Layer ${layer.index}: `, layer.name.split(/(?<=[/.])/).flatMap(word => [word, element('wbr')])),
      step(-1, '↑ above'), step(1, '↓ below')),
    element('p', { class: 'note' }, [
      `${layer.type}${layer.activation ? ` → ${layer.activation}` : ', no activation'}`, `${layer.parameters.toLocaleString('en')} parameters`,
      layer.shape ? `output ${layer.shape}` : null, hot ? modes[layer.mode].words : null].filter(Boolean).join('; ') + '.'),
    layer.status.length ? element('p', { class: 'note' }, `Status. ${layer.status.join(' ')}`) : null,
    element('div', { class: 'pair' },
      layer.transfer ? element('div', {}, element('h3', {}, 'Activation over its signal'), transferChart(layer)) : null,
      layer.spectrum ? element('div', {}, element('h3', {}, 'Spectrum of the weights'), spectrumChart(layer)) : null),
    element('div', { class: 'numbers' }, groups.map(group => element('div', {}, element('h3', {}, group),
      element('dl', {}, findings.columns.filter(column => column.group === group && !isIdle(column)).map(column =>
        element('div', { title: column.meaning }, element('dt', {}, column.label), element('dd', {}, dash(layer.values[column.name].text)))))))),
    layer.assumed.length ? element('div', {}, element('h3', {}, 'Assumed before training'), element('ul', {}, layer.assumed.map(law =>
      element('li', {}, `${law.role} ${law.parameter}: ${law.law ? `${law.law} (${law.because})` : `kept as trained, ${law.because}`}`)))) : null,
  ].filter(Boolean);
}

/** φ on the left axis, the density of what it sees on the right one. */
function transferChart(layer) {
  const transfer = layer.transfer, width = (transfer.high - transfer.low) / Math.max(transfer.density.length, 1);
  const made = chart(`Activation ${transfer.activation ?? 'none'} and the distribution of the values before it, layer ${layer.name}`, 300, () => ({
    grid: { left: 56, right: transfer.density.length ? 60 : 16, top: 34, bottom: 46 },
    legend: { top: 0, textStyle: { color: colour('ink') }, inactiveColor: colour('soft') },
    xAxis: axis('value before the activation', { type: 'value', min: transfer.low, max: transfer.high, axisLabel: { color: colour('soft'), fontSize: 11, hideOverlap: true, showMinLabel: false, showMaxLabel: false, formatter: tick } }),
    yAxis: [
      axis(transfer.curve.length ? 'activation' : '', { type: 'value', nameGap: 40, scale: true }),
      axis(transfer.density.length ? 'density' : '', { type: 'value', nameGap: 44, splitLine: { show: false }, show: transfer.density.length > 0 }),
    ],
    tooltip: tooltip({
      trigger: 'axis', formatter: found => tip(`z = ${brief(found[0].axisValue)}`, found.map(point => [point.seriesName, brief(point.value[1])])),
    }),
    series: [
      ...transfer.density.length ? [{
        name: 'signal', type: 'line', step: 'middle', yAxisIndex: 1, symbol: 'none', color: colour('pump'), lineStyle: { width: 1 }, areaStyle: { opacity: 0.25 },
        data: transfer.density.map((density, bar) => [transfer.low + (bar + 0.5) * width, density]),
      }] : [],
      ...transfer.curve.length ? [{ name: transfer.activation, type: 'line', symbol: 'none', color: colour('engine'), lineStyle: { width: 2.5 }, data: transfer.curve }] : [],
    ],
  }));
  const notes = [
    transfer.formula ? `φ(z) = ${transfer.formula}.` : layer.activation ? `${layer.activation} does not act unit by unit, so it has no curve.` : 'No activation: the signal leaves as it comes.',
    transfer.values ? `${transfer.values.toLocaleString('en')} values of the signal.` : 'The signal was not watched: the range is not that of data.',
    transfer.zeros > 0 ? `${brief(100 * transfer.zeros)} % of them are exactly zero and have no density.` : null];
  return [made.box, element('p', { class: 'note' }, notes.filter(Boolean).join(' '))];
}

function spectrumChart(layer) {
  const spectrum = layer.spectrum, width = spectrum.high / spectrum.counts.length;
  const made = chart(`Singular values of the weights of layer ${layer.name}`, 300, () => ({
    grid: { left: 56, right: 16, top: 34, bottom: 46 },
    legend: { top: 0, textStyle: { color: colour('ink') } },
    xAxis: axis('singular value', { type: 'value', min: 0, max: spectrum.high, axisLabel: { color: colour('soft'), fontSize: 11, hideOverlap: true, showMaxLabel: false, formatter: tick } }),
    yAxis: axis('how many', { type: 'value', nameGap: 40 }),
    tooltip: tooltip({ trigger: 'axis', formatter: found => tip(`σ = ${brief(found[0].axisValue)}`, found.map(point => [point.seriesName, brief(point.value[1])])) }),
    series: [
      {
        name: 'weights', type: 'line', step: 'middle', symbol: 'none', color: colour('plain'), lineStyle: { width: 1 }, areaStyle: { opacity: 0.3 },
        data: spectrum.counts.map((count, bar) => [(bar + 0.5) * width, count]),
        markLine: spectrum.edge ? reference(spectrum.edge, `spikes beyond ${brief(spectrum.edge)}`, 'xAxis', 'insideEndTop') : undefined,
      },
      ...spectrum.bulk.length ? [{ name: 'bulk of random numbers', type: 'line', symbol: 'none', color: colour('ink'), lineStyle: { width: 2, type: 'dashed' }, data: spectrum.bulk }] : [],
    ],
  }));
  const bulk = spectrum.bulk.length ? 'Dashed: the Marchenko–Pastur law that fits the bulk.' : 'No bulk like that of random numbers was found, or the layer is too small to tell.';
  return [made.box, element('p', { class: 'note' }, `${spectrum.dimension.toLocaleString('en')} singular values (${spectrum.method}). ${bulk}`)];
}

function skippedList() {
  const byReason = Map.groupBy ? Map.groupBy(findings.skipped, node => node.reason) : findings.skipped.reduce((map, node) => map.set(node.reason, [...map.get(node.reason) ?? [], node]), new Map());
  return element('div', {}, [...byReason].map(([reason, nodes]) => element('details', { open: nodes.length <= 8 },
    element('summary', {}, `${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}: ${reason}`),
    element('p', { class: 'note' }, nodes.map(node => `${node.node} (${node.opType})`).join(', ')))));
}

/** A quantity that says nothing of these layers: undefined or zero in all of them. */
function isIdle(column) {
  return layers.every(layer => isUndefined(layer.values[column.name]) || layer.values[column.name].value === 0);
}

function layerTable() {
  const shown = findings.columns.filter(column => column.inTable && !isIdle(column));
  const idle = findings.columns.filter(column => column.inTable && isIdle(column));
  const columns = [
    { label: 'layer', meaning: 'in the order of depth', cell: layer => ({ element: element('button', { type: 'button', title: layer.name, onclick: () => choose(layers.indexOf(layer)) }, list.short(layer.name)), text: layer.name }) },
    { label: 'type', meaning: 'operator and activation', cell: layer => ({ text: `${layer.type}${layer.activation ? ` → ${layer.activation}` : ''}`, value: layer.type }) },
    ...hot ? [{ label: 'mode', meaning: 'engine, pump or idle', cell: layer => ({ text: `${modes[layer.mode].sign} ${layer.mode.toLowerCase()}`, value: layer.mode }) }] : [],
    ...shown.map(column => ({
      label: column.label, meaning: column.meaning,
      cell: layer => {
        const { text, value } = layer.values[column.name];
        return { text: withSign(text), value, element: value === null ? dash(text) : null };
      },
    })),
  ];
  return [
    sortable('layers-table', 'All layers. A click on a heading sorts, a click on a name opens the layer.', columns, layers),
    idle.length ? element('p', { class: 'note', id: 'idle' }, `Left out, because they are zero or undefined in every layer: ${idle.map(column => column.label).join(', ')}.`) : null];
}

const list = layerList(findings, at => choose(at)), table = element('div', {});
if (layers.length) later(table, () => { table.append(element('div', {}, layerTable())); markRow(); });
page.append(facts(findings.facts), ...[
  layers.length ? element('div', { class: 'beside' }, section('engine', list.title, hot ? modeLegend(layers) : null, list.parts), chosen) : null,
  layers.length ? section('table', 'All numbers', table) : null,
  findings.skipped.length ? section('skipped', 'Not analysed', element('p', { class: 'note' }, 'Nodes of the graph that belong to no layer.'), skippedList()) : null,
].filter(Boolean));

function remember() { keep({ ...list.state(), ...current >= 0 ? { layer: layers[current].name } : {} }); }

/** A bar and its row in the table light up together, under the pointer and under the focus. */
let pointed;
function point(at) {
  if (at === pointed) return;
  pointed = at;
  page.querySelectorAll('.line[data-row], #layers-table tr[data-row]').forEach(line => line.classList.toggle('linked', line.dataset.row === at));
}
for (const type of ['pointerover', 'focusin']) page.addEventListener(type, event => point(event.target.closest('.line[data-row], #layers-table tr[data-row]')?.dataset.row));
page.addEventListener('pointerleave', () => point());

const hottest = layers.reduce((best, layer, at) => (layer.values.temperature?.value ?? -Infinity) > (layers[best].values.temperature?.value ?? -Infinity) ? at : best, 0);
function recall(first) {
  const state = kept(), named = layers.findIndex(layer => layer.name === state.get('layer'));
  list.recall(state);
  if (named >= 0) choose(named, false);
  else if (first && layers.length)
    choose(Number.isFinite(layers[hottest].values.temperature?.value) ? hottest : Math.max(layers.findIndex(layer => layer.transfer?.values), 0), false);
}
addEventListener('hashchange', () => recall(false));
recall(true);
