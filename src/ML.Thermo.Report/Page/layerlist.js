'use strict';
// The layers as a list of bars: one wide bar a layer, against the network's temperature; grouped by block, filtered and ordered.

/** A dash for what is undefined; its reason comes with the pointer or the focus. */
function dash(text) {
  const head = 'undefined: ';
  return text.startsWith(head) ? element('span', { class: 'dash', tabindex: '0', role: 'note', 'data-why': text.slice(head.length), 'aria-label': text }, '—') : text;
}

/** A line has room for a sign only. */
function withSign(text) { return text.replace(' (error unknown)', ' ± ?'); }

/** What the names of nearly all layers begin with, up to a separator. */
function commonPrefix(names) {
  const counts = new Map();
  for (const name of names) for (let at = 0; at < name.length - 1; at++) if (name[at] === '/' || name[at] === '.') counts.set(name.slice(0, at + 1), (counts.get(name.slice(0, at + 1)) ?? 0) + 1);
  return [...counts].filter(([, count]) => names.length > 1 && count >= 0.75 * names.length).map(([prefix]) => prefix).sort((a, b) => b.length - a.length)[0] ?? '';
}

/** A long path with the first letters of its words, from the left, as many as it takes, as the terminal writes it; what is still too long loses its middle. */
function middle(name, room) {
  const separator = name.includes('/') ? '/' : '.', words = name.split(separator);
  for (let i = 0; i < words.length - 1 && name.length > room; i++) {
    const [, apart] = /([._]?\d+)?$/.exec(words[i]);
    if (words[i].length > (apart ?? '').length + 1) words[i] = words[i][0] + (apart ?? '');
    name = words.join(separator);
  }
  if (name.length <= room) return name;
  const end = Math.ceil((room - 1) * 0.6);
  return `${name.slice(0, room - 1 - end)}…${name.slice(name.length - end)}`;
}

/** The block of a layer: its path down to the first number. */
function blockOf(name) {
  const words = name.split(/(?<=[/.])/), at = words.findIndex(word => /\d/.test(word));
  return at < 0 || at === words.length - 1 ? '' : words.slice(0, at + 1).join('').replace(/[/.]$/, '');
}

/** The bars that these data can fill; the first one is the page's picture. */
function measures(data) {
  const network = data.networkTemperature;
  const defined = name => data.layers.some(layer => !isUndefined(layer.values[name]));
  const label = name => data.columns.find(column => column.name === name)?.label ?? name;
  const plain = name => ({ name, title: label(name), of: layer => isUndefined(layer.values[name]) ? null : { value: layer.values[name].value, error: layer.values[name].error ?? 0 }, text: layer => layer.values[name].text });
  const all = [];
  if (network && !isUndefined(network) && network.value > 0 && defined('temperature'))
    all.push({
      name: 'temperature', title: 'T against the network, log₂', heading: 'colder ← than the network → hotter', diverging: true,
      band: network.error ? network.error / network.value / Math.LN2 : 0,
      of: layer => {
        const t = layer.values.temperature;
        return isUndefined(t) || t.value <= 0 ? null : { value: Math.log2(t.value / network.value), error: t.error ? t.error / t.value / Math.LN2 : 0 };
      },
      text: layer => layer.values.temperature.text,
    });
  for (const column of data.columns)
    if (defined(column.name) && data.layers.some(layer => layer.values[column.name].value !== 0)
      && !(column.name === 'temperature' && all.length)) all.push(plain(column.name));
  const first = ['temperature', 'deltaEnergy', 'varianceRatio', 'signalEntropy', 'alpha'];
  const rank = name => first.includes(name) ? first.indexOf(name) : first.length;
  return all.sort((a, b) => rank(a.name) - rank(b.name));
}

function layerList(data, choose) {
  const { layers } = data, all = measures(data), prefix = commonPrefix(layers.map(layer => layer.name));
  const short = name => name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const byName = new Map(all.map(measure => [measure.name, measure]));
  const known = all.length > 0 ? layers.filter(layer => all[0].of(layer)).length : layers.length;
  const folds = layers.length - known;
  const state = { order: 'depth', bars: all[0]?.name ?? '', filter: '', all: folds === 0 || layers.length <= 12 };
  const closed = new Set(), lines = [];
  const body = element('div', { class: 'lines' }), count = element('span', { class: 'note', role: 'status' });

  const orders = [['depth', 'by depth'], ['most', 'largest first'], ['least', 'smallest first'], ['parameters', 'by parameters']];
  const orderBy = element('select', { id: 'order', onchange: event => { state.order = event.target.value; draw(true); } }, orders.map(([value, words]) => element('option', { value }, words)));
  const barsOf = element('select', { id: 'bars', onchange: event => { state.bars = event.target.value; draw(true); } }, all.map(measure => element('option', { value: measure.name }, measure.title)));
  const filter = element('input', { id: 'filter', type: 'search', placeholder: 'part of a name', oninput: event => { state.filter = event.target.value; draw(true); } });
  const every = element('input', { id: 'every', type: 'checkbox', onchange: event => { state.all = event.target.checked; draw(true); } });
  const tools = element('div', { class: 'tools' },
    element('label', {}, 'filter ', filter), element('label', {}, 'order ', orderBy), element('label', {}, 'bars ', barsOf),
    folds > 0 ? element('label', {}, every, ` also the ${folds} ${folds === 1 ? 'layer' : 'layers'} without a number`) : null, count);

  function shown() {
    const measure = byName.get(state.bars), wanted = state.filter.trim().toLowerCase();
    const chosen = layers.map((layer, at) => ({ layer, at, bar: measure?.of(layer) ?? null }))
      .filter(line => (state.all || !measure || line.bar) && line.layer.name.toLowerCase().includes(wanted));
    const size = line => state.order === 'parameters' ? line.layer.parameters : line.bar?.value ?? null;
    if (state.order !== 'depth')
      chosen.sort((a, b) => {
        const [x, y] = [size(a), size(b)];
        return x === null || y === null ? (x === null) - (y === null) || a.at - b.at : (state.order === 'least' ? x - y : y - x) || a.at - b.at;
      });
    return chosen;
  }

  function draw(isChange) {
    const measure = byName.get(state.bars), found = shown(), values = found.filter(line => line.bar).map(line => line.bar.value);
    const most = Math.max(...values.map(Math.abs), measure?.diverging ? 1 : 0, measure?.band ?? 0, 1e-300), signed = measure?.diverging || values.some(value => value < 0);
    const place = value => signed ? 50 + 50 * Math.max(-1, Math.min(1, value / most)) : 100 * Math.max(0, Math.min(1, value / most));
    lines.length = 0;
    const line = ({ layer, at, bar }, block = '') => {
      const whole = short(layer.name), name = block && whole.startsWith(block) ? whole.slice(block.length + 1) : whole, zero = place(0);
      const parts = [];
      if (measure?.band) parts.push(element('i', { class: 'band', style: `left:${place(-measure.band)}%;width:${place(measure.band) - place(-measure.band)}%` }));
      if (signed) parts.push(element('i', { class: 'zero', style: `left:${zero}%` }));
      if (bar) {
        const to = place(bar.value), paint = measure.diverging ? (bar.value > 0 ? 'engine' : 'pump') : 'plain';
        parts.push(element('i', { class: `fill ${measure.diverging ? modes[layer.mode].colour : paint}`, style: `left:${Math.min(zero, to)}%;width:${Math.max(Math.abs(to - zero), 0.3)}%` }));
        if (bar.error > 0) parts.push(element('i', { class: 'whisker', style: `left:${place(bar.value - bar.error)}%;width:${place(bar.value + bar.error) - place(bar.value - bar.error)}%` }));
      }
      const made = element('div', { class: `line${at === current ? ' chosen' : ''}`, role: 'row', 'data-row': at },
        element('div', { role: 'cell', class: 'name' }, element('button', { type: 'button', title: layer.name, onclick: () => choose(at) },
          element('span', { class: 'wide' }, `${hot ? `${modes[layer.mode].sign} ` : ''}${middle(name, 30)}`), element('span', { class: 'narrow' }, `${hot ? `${modes[layer.mode].sign} ` : ''}${middle(name, 19)}`))),
        element('div', { role: 'cell', class: 'track' }, element('div', { class: 'bar' }, parts)),
        element('div', { role: 'cell', class: 'value' }, measure ? dash(withSign(measure.text(layer))) : ''));
      made.addEventListener('click', event => { if (!event.target.closest('button, .dash')) choose(at); });
      lines.push({ at, made });
      return made;
    };
    const rows = [element('div', { class: 'line heads', role: 'row' },
      element('div', { role: 'columnheader', class: 'name' }, 'layer'),
      element('div', { role: 'columnheader', class: 'track' }, measure?.heading ? [element('span', { class: 'wide' }, measure.heading), element('span', { class: 'narrow' }, 'colder ← → hotter')] : measure?.title ?? ''),
      element('div', { role: 'columnheader', class: 'value' }, measure?.name === 'temperature' ? 'T' : 'value'))];
    const blocks = state.order === 'depth' ? [] : [['', found]];
    for (const each of state.order === 'depth' ? found : []) { // runs of one block, so that the order of depth stays
      const block = blockOf(short(each.layer.name));
      if (blocks.length && blocks.at(-1)[0] === block) blocks.at(-1)[1].push(each);
      else blocks.push([block, [each]]);
    }
    for (const [block, members] of blocks) {
      const isBlock = block && members.length > 1;
      if (isBlock)
        rows.push(element('div', { class: 'line block', role: 'row' }, element('div', { role: 'cell', class: 'name' },
          element('button', { type: 'button', 'aria-expanded': String(!closed.has(block)), onclick: () => { if (!closed.delete(block)) closed.add(block); draw(true); } },
            `${closed.has(block) ? '▸' : '▾'} ${middle(`${prefix}${block}`.split('/').at(-1), 34)}`)), element('div', { role: 'cell', class: 'track' }, `${members.length} layers`), element('div', { role: 'cell', class: 'value' }, '')));
      if (!isBlock || !closed.has(block)) rows.push(...members.map(member => line(member, isBlock ? block : '')));
    }
    body.replaceChildren(...rows);
    count.textContent = found.length === layers.length ? '' : `${found.length} of ${layers.length} layers`;
    if (isChange) remember();
  }

  const first = all[0];
  return {
    title: first?.diverging ? 'Which layers are hotter than the network' : 'Layer by layer',
    parts: [
      element('p', { class: 'note' }, [
        first?.diverging ? `A bar to the right: the layer is hotter than the network (T = ${data.networkTemperature.text}); one unit is a factor of two. Shaded: the network's own error; whiskers: one standard error.` : 'Whiskers: one standard error.',
        prefix ? ` Names are shown without “${prefix}”, which nearly all begin with.` : '', ' Click a layer for its numbers.'].join('')),
      tools, element('div', { class: 'list', role: 'table', 'aria-label': 'Layers as bars; the table below has all numbers', tabindex: '0' }, body)],
    short: name => middle(short(name), 56),
    mark: at => lines.forEach(line => line.made.classList.toggle('chosen', line.at === at)),
    state: () => Object.fromEntries(Object.entries({ order: state.order === 'depth' ? '' : state.order, bars: state.bars === first?.name ? '' : state.bars, filter: state.filter }).filter(([, value]) => value)),
    recall: saved => {
      if (orders.some(([value]) => value === saved.get('order'))) state.order = saved.get('order');
      if (byName.has(saved.get('bars'))) state.bars = saved.get('bars');
      state.filter = saved.get('filter') ?? '';
      [orderBy.value, barsOf.value, filter.value, every.checked] = [state.order, state.bars, state.filter, state.all];
      draw(false);
    },
  };
}
