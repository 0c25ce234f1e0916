'use strict';
// Windows along time: energy, entropy, temperature and p-value, for a stream that is over and for a monitor in service.

/** One quantity along time, with whiskers; windows that ask for a refresh are filled triangles. */
function timeline(windows, open, key, name, colourName, extra = {}) {
  const labels = windows.map(window => window.label);
  const defined = windows.map(window => window.values[key]).filter(quantity => !isUndefined(quantity));
  if (!defined.length) return element('p', { class: 'note' }, `${name}: ${windows[0]?.values[key].text ?? 'no windows'}.`);
  const made = chart(`${name} along time; the table below has the same numbers`, 230, () => ({
    grid: { left: 66, right: 18, top: 30, bottom: 44 },
    xAxis: axis('window', { type: 'category', data: labels, nameGap: 26 }),
    yAxis: axis(name, { type: 'value', scale: true, nameGap: 50, ...extra.axis }),
    tooltip: tooltip({ trigger: 'axis', formatter: found => windowTip(windows[found[0].dataIndex]) }),
    series: [
      {
        name, type: 'line', color: colour(colourName), lineStyle: { width: 2 }, connectNulls: false, showAllSymbol: true,
        symbol: (value, point) => windows[point.dataIndex].refresh ? 'triangle' : 'emptyCircle', symbolSize: (value, point) => windows[point.dataIndex].refresh ? 12 : 7,
        data: windows.map(window => isUndefined(window.values[key]) ? null : Math.max(window.values[key].value, extra.least ?? -Infinity)),
        markLine: extra.level === undefined ? undefined : reference(extra.level, extra.levelName, 'yAxis', 'insideEndTop'),
      },
      {
        type: 'custom', silent: true, encode: { x: 0, y: [1, 2] }, tooltip: { show: false },
        data: windows.map((window, at) => isUndefined(window.values[key]) || !window.values[key].error ? [at, '-', '-'] : [at, window.values[key].value - window.values[key].error, window.values[key].value + window.values[key].error]),
        renderItem: (parameters, api) => {
          const [x, low] = api.coord([api.value(0), api.value(1)]), high = api.coord([api.value(0), api.value(2)])[1];
          if (!Number.isFinite(low + high)) return null;
          return { type: 'group', children: [[x, low, x, high], [x - 4, low, x + 4, low], [x - 4, high, x + 4, high]].map(([x1, y1, x2, y2]) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: colour('ink'), lineWidth: 1.2 } })) };
        },
      },
    ],
  }));
  if (!open) return made.box;
  made.box.style.cursor = 'pointer';
  made.box.addEventListener('click', event => {
    const at = made.instance.convertFromPixel({ gridIndex: 0 }, [event.clientX - made.box.getBoundingClientRect().left, 50])[0];
    if (windows[at]) open(at);
  });
  return made.box;
}

function windowTip(window) {
  return tip(`${window.label}${window.refresh ? ' ▲ refresh' : ''}`, [['rows', window.rows.toLocaleString('en')], ['ΔE', window.values.deltaEnergy.text], ['ΔS', window.values.deltaEntropy.text],
    ['T', window.values.temperature.text], ['p-value', window.values.pValue.text], ['shift', window.values.effect.text]]);
}

/** The four charts of windows, and what their marks mean. `open`, if any, is called with the number of a window that was clicked. */
function timelines(windows, open, { falseAlarmRate }) {
  // The axis of p-values goes down to the least one, or to 1e-12.
  const leastP = 10 ** Math.floor(Math.log10(Math.max(1e-12, Math.min(0.01, ...windows.map(window => window.values.pValue.value ?? 1)))));
  const box = (title, ...of) => element('div', {}, element('h3', {}, title), timeline(windows, open, ...of));
  return element('div', { class: 'pair wide' },
    box('Energy: loss above the reference', 'deltaEnergy', 'ΔE, loss', 'engine', { level: 0, levelName: 'reference' }),
    box('Entropy: certainty lost', 'deltaEntropy', 'ΔS, nats', 'second', { level: 0, levelName: 'reference' }),
    box('Temperature', 'temperature', 'T, loss per nat', 'plain'),
    box('p-value and alarm level', 'pValue', 'p-value', 'pump', { axis: { type: 'log', min: leastP, max: 1 }, least: leastP, level: falseAlarmRate, levelName: `alarm level ${brief(falseAlarmRate)}` }));
}

/** A column of a table as the report describes it. */
function column({ name, label, meaning }) {
  return { label, meaning, cell: row => ({ text: row.values[name].text, value: row.values[name].value }) };
}

