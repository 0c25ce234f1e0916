'use strict';
// The network as a vertical engine: a row a layer, a panel a quantity. Colour, pattern and sign all tell the mode.

const modes = {
  Engine: { sign: '▲', colour: 'engine', words: 'engine: hotter than the network, gives work', decal: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 } },
  Pump: { sign: '▼', colour: 'pump', words: 'pump: colder than the network, takes work', decal: { symbol: 'circle', symbolSize: 0.7, dashArrayX: [[0, 6], [3, 3]], dashArrayY: [5, 0] } },
  Idle: { sign: '■', colour: 'idle', words: 'idle: within its errors as hot as the network', decal: null },
  Undefined: { sign: '○', colour: 'idle', words: 'undefined: one of the two temperatures is undefined or not positive', decal: null },
};

/** A legend that also works without colour. */
function modeLegend(layers) {
  const swatch = mode => element('svg', { width: 34, height: 16, 'aria-hidden': 'true', viewBox: '0 0 34 16' },
    element('rect', { x: 0.5, y: 0.5, width: 33, height: 15, rx: 2, fill: mode.decal || mode.sign === '■' ? `var(--${mode.colour})` : 'none', stroke: `var(--${mode.colour})` }),
    mode.sign === '▲' ? element('path', { d: 'M2 15L14 1M11 15L23 1M20 15L32 1', stroke: '#fff', 'stroke-width': 1.6 }) : null,
    mode.sign === '▼' ? [[6, 5], [14, 11], [20, 5], [28, 11]].map(([cx, cy]) => element('circle', { cx, cy, r: 1.8, fill: '#fff' })) : null);
  return element('ul', { class: 'legend' }, Object.entries(modes).filter(([name]) => layers.some(layer => layer.mode === name))
    .map(([, mode]) => element('li', {}, swatch(mode), `${mode.sign} ${mode.words}`)));
}

/** The panels that these data can fill. */
function panels(data) {
  const has = key => data.columns.some(column => column.name === key);
  const defined = key => has(key) && data.layers.some(layer => !isUndefined(layer.values[key]));
  const bounded = defined('efficiency') && data.layers.some(layer => layer.values.efficiency.value < -1);
  const all = [
    { key: 'temperature', title: 'Temperature T, loss per nat', byMode: true, keep: defined('temperature'), reference: data.networkTemperature?.value, referenceName: 'network' },
    { key: 'deltaEnergy', title: 'Energy ΔE, loss', colour: 'engine', keep: defined('deltaEnergy') && !defined('temperature') },
    { key: bounded ? 'boundedEfficiency' : 'efficiency', title: bounded ? 'Efficiency, bounded' : 'Efficiency 1 − T/T_l', byMode: true, keep: defined('efficiency'), low: -1, high: 1 },
    { key: 'activationEfficiency', title: 'Efficiency of the activation', colour: 'plain', high: 1 },
    { key: 'signalEntropy', title: 'Entropy of the signal, nats', colour: 'second' },
    { key: 'deadFraction', second: 'saturatedFraction', title: 'Dead ▨ and saturated □ units', colour: 'engine', low: 0, high: 1, percent: true },
    { key: 'varianceRatio', title: 'Weight variance by the assumed one', colour: 'plain', keep: defined('varianceRatio') && !defined('temperature'), reference: 1, referenceName: 'law' },
    { key: 'spectralEntropy', title: 'Spectral entropy', colour: 'second', keep: defined('spectralEntropy') && !has('signalEntropy'), low: 0, high: 1 },
    { key: 'alpha', title: 'Tail exponent α', colour: 'pump', keep: defined('alpha') && !has('signalEntropy') },
  ];
  return all.filter(panel => panel.keep ?? (defined(panel.key) || (panel.second && defined(panel.second))));
}

/** The error of a bounded efficiency: for a pump T_l/T − 1 in place of 1 − T/T_l. */
function errorOf(layer, key) {
  const error = layer.values[key === 'boundedEfficiency' ? 'efficiency' : key].error;
  const efficiency = key === 'boundedEfficiency' ? layer.values.efficiency.value : 0;
  return !error ? 0 : efficiency < 0 ? error / (1 - efficiency) ** 2 : error;
}

/** Where a panel's axis begins and ends; logarithmic where positive values differ much. Long whiskers do not decide. */
function scaleOf(panel, layers) {
  const values = layers.flatMap(layer => [panel.key, panel.second].filter(Boolean).map(key => layer.values[key]?.value)).filter(Number.isFinite);
  if (Number.isFinite(panel.reference)) values.push(panel.reference);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (values.length > 1 && least > 0 && most / least > 30 && panel.high === undefined)
    return { type: 'log', min: 10 ** Math.floor(Math.log10(least) - 0.05), max: 10 ** Math.ceil(Math.log10(most) + 0.02) };
  if (panel.percent) return { type: 'value', ...roundAxis(0, Math.max(most, 0.05), 3) };
  const whiskers = layers.map(layer => isUndefined(layer.values[panel.key]) ? 0 : layer.values[panel.key].value + errorOf(layer, panel.key));
  const top = Math.max(0, most, Math.min(Math.max(...whiskers), 1.3 * Math.abs(most))), bottom = Math.min(0, least);
  return { type: 'value', ...roundAxis(bottom < 0 ? panel.low ?? bottom : 0, (top > 0 ? panel.high : 0) ?? top, panel.low === -1 ? 2 : 3) };
}

/** Bar, whisker and, where there is no number, a ring. */
function drawRow(panel, key, layers, place) {
  return (parameters, api) => {
    const at = api.value(1), layer = layers[at], quantity = layer.values[key], area = parameters.coordSys;
    const height = Math.min(api.size([0, 1])[1] * 0.62, 18) / (panel.second ? 2 : 1);
    const middle = area.y + (at + 0.5) * area.height / layers.length + (panel.second ? (place - 0.5) * height : 0);
    if (isUndefined(quantity))
      return panel.second ? null : { type: 'text', style: { text: '○', x: area.x + 4, y: middle, verticalAlign: 'middle', fill: colour('soft'), fontSize: 11 } };
    if (quantity.value === 0 && !errorOf(layer, key))
      return place === 0 ? { type: 'text', style: { text: '0', x: area.x + 4, y: middle, verticalAlign: 'middle', fill: colour('soft'), fontSize: 11 } } : null;
    const within = x => Math.min(Math.max(x, area.x), area.x + area.width);
    const x = value => within(panel.scale.type === 'log' && value <= 0 ? area.x : api.coord([value, at])[0]);
    const base = panel.scale.type === 'log' ? area.x : x(0), tip = x(quantity.value), error = errorOf(layer, key);
    const mode = panel.byMode ? modes[layer.mode] : null, hollow = place === 1 || mode?.sign === '○';
    const paint = colour(mode ? mode.colour : panel.colour);
    const decal = mode ? mode.decal : panel.second && place === 0 ? modes.Engine.decal : null;
    const children = [{
      type: 'rect', shape: { x: Math.min(base, tip), y: middle - height / 2, width: Math.abs(tip - base), height },
      style: { fill: hollow ? 'transparent' : paint, stroke: paint, lineWidth: 1, decal: decal && { ...decal, color: 'rgba(255,255,255,.55)', backgroundColor: 'none' } },
    }];
    if (error > 0) {
      const [left, right] = [x(quantity.value - error), x(quantity.value + error)];
      for (const [x1, y1, x2, y2] of [[left, middle, right, middle], [left, middle - 4, left, middle + 4], [right, middle - 4, right, middle + 4]])
        children.push({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: colour('ink'), lineWidth: 1.2 } });
    }
    return { type: 'group', children };
  };
}

/** All panels side by side or, where it is narrow, the chosen one. */
function engineChart(data, choose) {
  const all = panels(data), layers = data.layers;
  if (!all.length || !layers.length) return null;
  all.forEach(panel => { panel.scale = scaleOf(panel, layers); });
  const rowHeight = layers.length > 80 ? 18 : 24, top = 64, bottom = 34;
  const narrow = width => width < 760;
  const hot = layers.some(layer => layer.mode !== 'Undefined');
  let shown = all[0];
  const made = chart(
    `${layers.length} layers along the depth: ${all.map(panel => panel.title).join('; ')}. The table below has the same numbers.`,
    () => top + bottom + layers.length * rowHeight,
    width => {
      const drawn = narrow(width) ? [shown] : all, gutter = Math.min(width * (narrow(width) ? 0.38 : 0.19), 30 + 6.6 * Math.max(...layers.map(layer => layer.name.length)));
      const space = (width - gutter - 14) / drawn.length;
      const shorten = (name, room) => name.length <= room ? name : `…${name.slice(name.length - room + 1)}`;
      return {
        grid: drawn.map((panel, i) => ({ left: gutter + i * space + 6, width: space - 22, top, height: layers.length * rowHeight, containLabel: false })),
        title: drawn.map((panel, i) => ({ text: panel.title, left: gutter + i * space + 6, top: 0, textStyle: { fontSize: 13, fontWeight: 650, color: colour('ink'), width: space - 22, overflow: 'break', lineHeight: 16 } })),
        xAxis: drawn.map((panel, i) => axis('', {
          gridIndex: i, ...panel.scale,
          axisLabel: { color: colour('soft'), fontSize: 11, hideOverlap: true, formatter: value => panel.percent ? `${tick(100 * value)} %` : tick(value) },
        })),
        yAxis: drawn.map((panel, i) => ({
          gridIndex: i, type: 'category', inverse: true, data: layers.map((_, row) => row), axisTick: { show: false },
          axisLine: { show: i === 0, lineStyle: { color: colour('line') } }, splitLine: { show: true, interval: 0, lineStyle: { color: colour('grid') } },
          axisLabel: { show: i === 0, interval: 0, color: colour('ink'), fontSize: 11.5, formatter: row => `${shorten(layers[row].name, Math.floor((gutter - 22) / 6.4))} ${hot ? modes[layers[row].mode].sign : ''}` },
        })),
        axisPointer: { link: [{ yAxisIndex: 'all' }] },
        tooltip: tooltip({
          trigger: 'axis', axisPointer: { type: 'shadow', axis: 'y', shadowStyle: { color: colour('focus'), opacity: 0.12 } },
          formatter: found => {
            const layer = layers[found[0].dataIndex];
            return tip(`${layer.name} (${layer.type}${layer.activation ? ` → ${layer.activation}` : ''})`, [
              ...data.networkTemperature ? [['mode', `${modes[layer.mode].sign} ${layer.mode.toLowerCase()}`]] : [],
              ...data.columns.map(column => [column.label, layer.values[column.name].text])]);
          },
        }),
        series: drawn.flatMap((panel, i) => [panel.key, panel.second].filter(Boolean).map((key, place) => ({
          type: 'custom', xAxisIndex: i, yAxisIndex: i, clip: true, renderItem: drawRow(panel, key, layers, place), encode: { x: 0, y: 1 },
          data: layers.map((layer, row) => [isUndefined(layer.values[key]) ? '-' : layer.values[key].value, row]),
          markLine: place === 0 && Number.isFinite(panel.reference) ? reference(panel.reference, `${panel.referenceName} ${brief(panel.reference)}`, 'xAxis', 'start') : undefined,
        }))),
      };
    });
  made.box.style.cursor = 'pointer';
  made.box.addEventListener('click', event => {
    const row = Math.floor((event.clientY - made.box.getBoundingClientRect().top - top) / rowHeight);
    if (row >= 0 && row < layers.length) choose(row);
  });
  const select = element('select', { id: 'panel', onchange: event => { shown = all[Number(event.target.value)]; made.draw(true); } },
    all.map((panel, i) => element('option', { value: i }, panel.title)));
  return element('div', {}, element('p', { class: 'chooser' }, element('label', { for: 'panel' }, 'Quantity '), select), made.box);
}
