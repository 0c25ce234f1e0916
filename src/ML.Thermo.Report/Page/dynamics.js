'use strict';
// The page of trajectories: energies and their balance, entropy and its falls, learned functions with bands, a lattice in motion.

const { laws, functions, errors, lattice } = findings;
const palette = ['engine', 'pump', 'plain', 'second', 'idle'];

/** A tick of an axis; the ends of the data are no round numbers, and stand unnamed. */
function round(x) { return Number(x.toPrecision(3)) === Number(x.toPrecision(6)) ? tick(x) : ''; }

/** Curves over one axis. */
function curves(label, across, up, series, extra = {}) {
  return chart(label, 260, () => ({
    grid: { left: 78, right: 18, top: 34, bottom: 46 },
    legend: { top: 0, textStyle: { color: colour('soft') }, type: 'scroll', data: series().map(one => one.name).filter(name => name[0] !== ' ') },
    xAxis: { ...axis(across, { type: 'value', min: 'dataMin', max: 'dataMax', nameGap: 28 }), axisLabel: { color: colour('soft'), fontSize: 11, hideOverlap: true, formatter: round } },
    yAxis: axis(up, { type: 'value', scale: true, nameGap: 60, ...extra }),
    tooltip: tooltip({ trigger: 'axis', formatter: found => tip(`${across} ${brief(found[0].value[0])}`, found.filter(one => one.seriesName[0] !== ' ').map(one => [one.seriesName, brief(one.value[1])])) }),
    series: series(),
  })).box;
}

function line(name, xs, ys, colourName, extra = {}) {
  return { name, type: 'line', symbol: 'none', color: colour(colourName), lineStyle: { width: 2 }, data: xs.map((x, at) => [x, ys[at]]), ...extra };
}

function law(entry, at) {
  const { times } = entry;
  const largest = Math.max(...entry.residual.map(Math.abs));
  const floor = 10 ** Math.floor(Math.log10(Math.max(1e-18, largest * 1e-6)));
  const title = entry.name ? `Trajectory ${entry.name}: ${entry.verdict}` : `Verdict: ${entry.verdict}`;
  const falls = entry.entropy.map((value, k) => k > 0 && value < entry.entropy[k - 1] ? [times[k], value] : null).filter(Boolean);
  return section(`law-${at}`, title,
    element('p', { class: 'note' }, `${entry.class ? `Class of the residual: ${entry.class}. ` : ''}${entry.rowsEach > 1 ? `One row in ${entry.rowsEach} is drawn; the verdict is over all.` : ''}`),
    element('div', { class: 'pair wide' },
      element('div', {}, element('h3', {}, 'Energies'), curves('Energies along time, stacked where all are positive', 'time', 'energy', () =>
        entry.parts.map((part, k) => line(entry.partNames[k], times, part, palette[k % palette.length],
          entry.parts.length > 1 && entry.parts.every(values => values.every(value => value >= 0)) ? { stack: 'energy', areaStyle: { opacity: 0.35 } } : {})))),
      element('div', {}, element('h3', {}, 'What is missing in the energy balance'), largest > 0
        ? curves(`Size of the residual along time, at most ${brief(largest)}`, 'time', '|R|', () => [line('|R|', times, entry.residual.map(value => Math.max(floor, Math.abs(value))), 'engine')], { type: 'log', min: floor })
        : element('p', { class: 'note' }, 'Nothing: the residual is zero in every row.')),
      element('div', {}, element('h3', {}, 'Entropy, which must not fall'), curves('What must not fall along time, its falls marked, and the nearest series without falls', 'time', 'D, nats', () => [
        line('entropy', times, entry.entropy, 'plain'),
        line('nearest lawful series', times, entry.isotonic, 'idle', { lineStyle: { width: 1.5, type: 'dashed' } }),
        { name: 'falls', type: 'scatter', symbol: 'triangle', symbolRotate: 180, symbolSize: 8, color: colour('engine'), data: falls },
      ]))));
}

function learned(entry) {
  const low = entry.values.map((value, k) => value - 2 * (entry.errors[k] ?? 0)), width = entry.values.map((_, k) => 4 * (entry.errors[k] ?? 0));
  const known = entry.bias.every(value => value !== null);
  return element('div', {}, element('h3', {}, entry.name), curves(`${entry.name} with two standard errors${known ? ' and the bias of sampling' : ''}`, entry.axis, entry.name, () => [
    line(' low', entry.places, low, 'plain', { stack: 'band', lineStyle: { width: 0 }, tooltip: { show: false } }),
    line('± two errors', entry.places, width, 'plain', { stack: 'band', lineStyle: { width: 0 }, areaStyle: { opacity: 0.25 } }),
    line(entry.name, entry.places, entry.values, 'plain'),
    ...known ? [line('less the bias of sampling', entry.places, entry.values.map((value, k) => value - entry.bias[k]), 'engine', { lineStyle: { width: 1.5, type: 'dashed' } })] : [],
  ]));
}

/** Errors of models on a logarithmic axis; what is exactly zero, as at the start, cannot be drawn there. */
function apart(name, part) {
  return element('div', {}, element('h3', {}, name), curves(`Error of ${name} along time, by model`, 'time', `rms error of ${name}`, () =>
    errors.map((error, at) => line(error.model, error.times, error[part].map(value => value > 0 ? value : null), palette[at % palette.length])), { type: 'log' }));
}

/** A lattice on a canvas: colour is temperature; the slider chooses the time. */
function moving() {
  const { edges, times, positions, temperatures } = lattice;
  const all = (lists, pick) => lists.reduce((best, list) => list.reduce((b, value, k) => pick(b, value, k), best), NaN);
  const least = (parity) => all(positions, (b, value, k) => k % 2 === parity && !(b <= value) ? value : b), most = (parity) => all(positions, (b, value, k) => k % 2 === parity && !(b >= value) ? value : b);
  const [left, right, bottom, top] = [least(0), most(0), least(1), most(1)];
  const cold = all(temperatures, (b, value) => !(b <= value) ? value : b), hot = all(temperatures, (b, value) => !(b >= value) ? value : b);
  const canvas = element('canvas', { role: 'img', 'aria-label': 'Nodes coloured by temperature, and the edges between them' });
  const caption = element('p', { class: 'note', 'aria-live': 'polite' });
  const slider = element('input', { type: 'range', min: 0, max: times.length - 1, value: 0, step: 1, 'aria-label': 'time', style: 'width: 100%' });
  const button = element('button', { type: 'button', 'aria-label': 'play or pause' }, '▶');
  let timer = 0;
  const shade = value => { const share = hot > cold ? (value - cold) / (hot - cold) : 0.5; return `hsl(${240 - 240 * share}, 75%, ${dark.matches ? 60 : 45}%)`; };

  function draw() {
    const width = Math.max(200, Math.min(900, canvas.parentElement?.clientWidth ?? 600)), ratio = devicePixelRatio || 1;
    const scale = (width - 40) / Math.max(1e-9, right - left), height = Math.min(600, Math.max(120, (top - bottom) * scale + 40)), both = Math.min(scale, (height - 40) / Math.max(1e-9, top - bottom));
    Object.assign(canvas, { width: width * ratio, height: height * ratio });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    const pen = canvas.getContext('2d'), at = Number(slider.value), place = node => [20 + (positions[at][2 * node] - left) * both, height - 20 - (positions[at][2 * node + 1] - bottom) * both];
    pen.scale(ratio, ratio);
    pen.clearRect(0, 0, width, height);
    pen.strokeStyle = colour('line');
    for (const [a, b] of edges) { pen.beginPath(); pen.moveTo(...place(a)); pen.lineTo(...place(b)); pen.stroke(); }
    temperatures[at].forEach((value, node) => { const [x, y] = place(node); pen.beginPath(); pen.arc(x, y, 7, 0, 7); pen.fillStyle = shade(value); pen.fill(); });
    caption.textContent = `t = ${brief(times[at])}: temperatures from ${brief(Math.min(...temperatures[at]))} (blue is ${brief(cold)}) to ${brief(Math.max(...temperatures[at]))} (red is ${brief(hot)}).`;
  }

  slider.addEventListener('input', draw);
  button.addEventListener('click', () => {
    button.textContent = timer ? '▶' : '⏸';
    if (timer) { clearInterval(timer); timer = 0; return; }
    timer = setInterval(() => { slider.value = (Number(slider.value) + 1) % times.length; draw(); }, 60);
  });
  dark.addEventListener('change', draw);
  new ResizeObserver(draw).observe(caption);
  requestAnimationFrame(draw);
  return section('lattice', 'The lattice in motion', element('div', { class: 'walk' }, button), slider, caption, element('div', {}, canvas));
}

page.append(
  ...lattice ? [moving()] : [],
  ...errors.length ? [section('errors', 'What the models miss', element('div', { class: 'pair wide' },
    apart('positions', 'positions'), apart('momenta', 'momenta'), apart('internal energies', 'internalEnergies')))] : [],
  ...laws.map(law),
  ...functions.length ? [section('functions', 'What was learned', element('div', { class: 'pair wide' }, ...functions.map(learned)))] : []);
