'use strict';
// The page of a transition: both distributions, both free energies, temperature along the scale of the initialisation.

const { distributions, freeEnergies, scales } = findings;

function distributionChart() {
  const both = [
    { name: 'untrained', points: distributions.untrained, mean: distributions.untrainedMean, paint: 'engine', dash: 'solid', step: 'middle' },
    { name: 'trained', points: distributions.trained, mean: distributions.trainedMean, paint: 'pump', dash: 'dashed' },
  ];
  const means = both.map(state => isUndefined(state.mean) ? null : state.mean.value), isPair = means.every(Number.isFinite), [from, to] = means;
  const made = chart('Distributions of the energy of the untrained and the trained state, with their means', 380, width => ({
    grid: { left: 48, right: 22, top: 56, bottom: 48 },
    legend: { top: 0, textStyle: { color: colour('ink') }, formatter: name => `${name}, mean ${both.find(state => state.name === name).mean.text}` },
    xAxis: axis('energy: mean loss', { type: distributions.logarithmic ? 'log' : 'value', scale: true }),
    yAxis: axis('density, each to its peak', { type: 'value', min: 0, max: 1.05, axisLabel: { show: false }, nameGap: 14 }),
    tooltip: tooltip({ trigger: 'axis', formatter: found => tip(`E = ${brief(found[0].axisValue)}`, both.map(state => [`mean, ${state.name}`, state.mean.text])) }),
    series: [...both.map((state, i) => ({
      name: state.name, type: 'line', symbol: 'none', step: state.step, color: colour(state.paint), data: state.points,
      lineStyle: { width: 2, type: state.dash }, areaStyle: { opacity: 0.2 },
      markLine: isUndefined(state.mean) ? undefined : {
        silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: colour(state.paint), width: 2, type: state.dash }, data: [{ xAxis: state.mean.value }],
      },
    })), ...isPair ? [{
      type: 'line', data: [], silent: true, markLine: {
        silent: true, symbol: ['none', 'arrow'], symbolSize: 9, lineStyle: { color: colour('ink'), width: 2, type: 'solid' },
        label: { formatter: `${findings.arrow}`, color: colour('ink'), fontSize: 13, fontWeight: 650, position: 'middle', backgroundColor: colour('card'), padding: [2, 4] },
        data: [[{ coord: [from, 0.55] }, { coord: [to, 0.55] }]],
      },
    }] : []],
  }));
  return made.box;
}

function freeEnergyChart() {
  if (!freeEnergies.untrained.length) return element('p', { class: 'note' }, `No lines can be drawn: ${freeEnergies.why}.`);
  const crossing = freeEnergies.crossing.value, span = freeEnergies.untrained.at(-1)[0];
  const made = chart('Free energies of both states over temperature', 340, () => ({
    grid: { left: 62, right: 22, top: 56, bottom: 48 },
    legend: { top: 0, textStyle: { color: colour('ink') } },
    xAxis: axis('temperature, loss per nat', { type: 'value', min: Math.min(0, span), max: Math.max(0, span), axisLabel: { color: colour('soft'), fontSize: 11, hideOverlap: true, showMinLabel: span > 0, showMaxLabel: span < 0, formatter: tick } }),
    yAxis: axis('F = E − T(S − S̄)', { type: 'value', scale: true, nameGap: 46 }),
    tooltip: tooltip({ trigger: 'axis', formatter: found => tip(`at T = ${brief(found[0].axisValue)}`, found.map(point => [`F ${point.seriesName}`, brief(point.value[1])])) }),
    series: [
      {
        name: 'untrained', type: 'line', symbol: 'none', color: colour('engine'), lineStyle: { width: 2.5 }, data: freeEnergies.untrained,
        markLine: crossing === null ? undefined : reference(crossing, `T = ${freeEnergies.crossing.text}`),
        markArea: freeEnergies.interval.length ? { silent: true, itemStyle: { color: colour('idle'), opacity: 0.18 }, data: [freeEnergies.interval.map(x => ({ xAxis: x }))] } : undefined,
      },
      { name: 'trained', type: 'line', symbol: 'none', color: colour('pump'), lineStyle: { width: 2.5, type: 'dashed' }, data: freeEnergies.trained },
    ],
  }));
  const note = crossing === null ? `The lines do not cross at a temperature that can be told: ${freeEnergies.crossing.text.replace('undefined: ', '')}.`
    : `Where the lines cross, both states have equal free energy. Only differences of entropies mean something, so they are counted from their mean S̄. In a hotter bath the state with the larger entropy is the stable one.${freeEnergies.interval.length ? ' Shaded: the 95 % interval of T.' : ''}`;
  return [made.box, element('p', { class: 'note' }, note)];
}

function scaleChart() {
  const points = scales.points, defined = points.filter(point => !isUndefined(point.temperature));
  if (!defined.length) return element('p', { class: 'note' }, 'Temperatures at other scales were not computed, or none is defined.');
  // The axis stays readable beside the pole: it ends at a few times the typical size.
  const sizes = defined.map(point => Math.abs(point.temperature.value)).sort((a, b) => a - b), middle = sizes[Math.floor(sizes.length / 2)];
  const limit = scales.poles.length ? 4 * Math.max(Math.abs(scales.here ?? 0), middle) : sizes.at(-1) * 1.1;
  const lowest = defined.some(point => point.temperature.value < 0) ? -limit : 0;
  const logarithmic = !scales.poles.length && lowest === 0 && sizes[0] > 0 && sizes.at(-1) / sizes[0] > 30;
  // One line a side of the pole, so that no line crosses it; a point without a temperature leaves a gap.
  const side = sign => points.map(point => [point.factor, point.sign === sign && !isUndefined(point.temperature) ? point.temperature.value : null]);
  const made = chart('Temperature over the scale of the initialisation, with its pole', 340, () => ({
    grid: { left: 62, right: 22, top: 56, bottom: 48 },
    legend: { top: 0, textStyle: { color: colour('ink') } },
    xAxis: axis('spread of the initialisation, times the one chosen', { type: 'log', logBase: 2, min: points[0].factor, max: points.at(-1).factor }),
    yAxis: axis('T, loss per nat', logarithmic ? { type: 'log', nameGap: 46 } : { type: 'value', ...roundAxis(lowest, limit, 5), nameGap: 46 }),
    tooltip: tooltip({
      trigger: 'axis', formatter: found => {
        const point = points[found[0].dataIndex];
        return tip(`spread × ${brief(point.factor)}`, [['T', point.temperature.text], ['ΔS', point.entropy.text], ['T resolved', brief(point.resolved)]]);
      },
    }),
    series: [
      ...[[1, 'T'], [-1, 'T']].map(([sign, name]) => ({
        name, type: 'line', symbolSize: 5, clip: true, connectNulls: false, color: colour('engine'), lineStyle: { width: 2.5 }, data: side(sign),
        markLine: sign === 1 ? {
          silent: true, symbol: 'none', data: [
            ...scales.poles.map(pole => ({ xAxis: pole, lineStyle: { color: colour('idle'), type: 'dotted', width: 2 }, label: { formatter: `pole × ${brief(pole)}`, color: colour('ink') } })),
            { xAxis: 1, lineStyle: { color: colour('bath'), type: 'dashed', width: 2 }, label: { formatter: 'chosen', color: colour('ink'), position: scales.poles.some(pole => Math.abs(Math.log2(pole)) < 1.2) ? 'insideEndTop' : 'end' } }],
        } : undefined,
      })),
      { name: 'T resolved', type: 'line', symbol: 'none', color: colour('pump'), lineStyle: { width: 2, type: 'dashed' }, clip: true, data: points.map(point => [point.factor, point.resolved]) },
    ],
  }));
  const pole = scales.poles.length ? 'At the pole ΔS = 0 and T is infinite; T resolved has no pole.' : 'ΔS keeps its sign over this range, so T has no pole in it.';
  return [made.box, element('p', { class: 'note' }, `${pole} Temperatures that cannot be told from infinite are left out.`)];
}

const numbers = sortable('numbers', 'All numbers.', [
  { label: 'quantity', meaning: 'in the order of the theory', cell: fact => ({ text: fact.label }) },
  { label: 'value ± standard error', meaning: 'undefined numbers say why', cell: fact => ({ text: fact.text, value: fact.value }) },
  { label: 'meaning', meaning: 'what it is', cell: fact => ({ text: fact.meaning, value: fact.meaning }) },
], findings.facts);

page.append(
  section('distributions', 'The loss before and after training', distributionChart(), element('p', { class: 'note' },
    `Untrained: the parameters are drawn from their law (${findings.law || 'not named'}), the data stay. Trained: the parameters stay, the data are fresh. Each is scaled to its own peak; ${distributions.draws.toLocaleString('en')} draws of the untrained loss; the trained one is the mean over fresh points, normal by the central limit.${distributions.trained.length ? '' : ' The trained energy does not fluctuate and has no distribution.'}`)),
  facts(findings.facts.filter(fact => fact.main)),
  element('div', { class: 'pair' },
    section('free-energies', 'Free energies', freeEnergyChart()),
    section('scales', 'A wider or narrower initialisation', scaleChart())),
  section('table', 'Numbers', numbers));
