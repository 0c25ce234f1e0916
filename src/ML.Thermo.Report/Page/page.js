'use strict';
// What every page shares: elements made from text (never from markup, so that no name can do harm), numbers, charts, tables.

const findings = JSON.parse(document.getElementById('findings').textContent);
const page = document.getElementById('page');

/** An element with attributes and children; strings become text. */
function element(tag, attributes = {}, ...children) {
  const svg = ['svg', 'rect', 'path', 'line', 'circle'].includes(tag);
  const made = svg ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined));
  return made;
}

/** A number without an error of its own, such as a point of a curve. */
function brief(x) {
  if (x === null || x === undefined || !Number.isFinite(x)) return '—';
  const size = Math.abs(x);
  const text = size !== 0 && (size < 1e-3 || size >= 1e6) ? x.toExponential(2).replace('e+', 'e') : String(Number(x.toPrecision(4)));
  return text.replace(/-/g, '−');
}

/** A tick of an axis. */
function tick(x) {
  const size = Math.abs(x);
  return (size !== 0 && (size < 1e-3 || size >= 1e6) ? x.toExponential().replace('e+', 'e') : String(Number(x.toPrecision(6)))).replace(/-/g, '−');
}

function isUndefined(quantity) { return !quantity || quantity.value === null; }

const dark = matchMedia('(prefers-color-scheme: dark)');
const paints = new Map(); // asked for a thousand times by one chart; forgotten at each drawing
function colour(name) {
  if (!paints.has(name)) paints.set(name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
  return paints.get(name);
}
function font() { return getComputedStyle(document.body).fontFamily; }

/** A section with a heading. */
function section(id, title, ...children) {
  return element('section', { id, 'aria-labelledby': `${id}-title` }, element('h2', { id: `${id}-title` }, title), children);
}

/** The most important numbers, as cards. */
function facts(list) {
  return element('dl', { class: 'facts' }, list.map(fact => element('div', {},
    element('dt', {}, fact.label),
    element('dd', { class: fact.text.startsWith('undefined') ? 'value undefined' : 'value' }, fact.text),
    element('dd', { class: 'meaning' }, fact.meaning))));
}

/** The address keeps what is chosen, so that a link leads to it. A page inside a notebook's frame has no address of its own. */
function keep(state) {
  if (location.protocol !== 'about:') history.replaceState(null, '', `#${new URLSearchParams(state)}`);
}

function kept() { return new URLSearchParams(location.hash.slice(1)); }

/** What may wait until the page can be read: made when it comes into view, the rest one by one when the browser has nothing to do, all of it before printing. */
const waiting = new Map();
const near = new IntersectionObserver(seen => seen.filter(one => one.isIntersecting).forEach(one => finish(one.target)), { rootMargin: '30%' });
const idle = globalThis.requestIdleCallback ?? (work => setTimeout(work, 1));
const soon = { timeout: 500 };
let isResting = true;

function later(box, make) {
  box.setAttribute('aria-busy', 'true');
  waiting.set(box, make);
  near.observe(box);
  if (isResting) requestAnimationFrame(() => setTimeout(() => idle(next, soon))); // behind the first picture of the page
  isResting = false;
}

function finish(box) {
  const make = waiting.get(box);
  waiting.delete(box);
  near.unobserve(box);
  box.removeAttribute('aria-busy');
  make?.();
}

function next() {
  const box = [...waiting.keys()].find(each => each.isConnected);
  if (box) finish(box);
  isResting = !box;
  if (box) idle(next, soon);
}

/** The charts' library: where it stands in the page as text, it runs when the first chart is drawn. */
function library() {
  const text = document.getElementById('charts');
  if (text && !globalThis.echarts) document.head.append(element('script', {}, text.textContent));
  return globalThis.echarts;
}

const charts = [];

/** A chart in a box: its option is made anew whenever width, colours or medium change. */
function chart(label, height, option) {
  const box = element('div', { class: 'chart', role: 'img', 'aria-label': label });
  if (typeof height === 'number') box.style.height = `${height}px`; // nothing below it moves when it is drawn
  const made = {
    box, instance: null, width: 0,
    draw(force) {
      const width = Math.floor(box.clientWidth);
      if (!width || (!force && width === made.width)) return;
      if (waiting.delete(box)) finish(box);
      made.width = width;
      paints.clear();
      const size = { width, height: typeof height === 'function' ? height(width) : height }, isNew = !made.instance;
      box.style.height = `${size.height}px`;
      made.instance ??= library().init(box, null, { renderer: 'svg', ...size });
      made.instance.setOption({ animation: false, textStyle: { fontFamily: font(), color: colour('ink') }, ...option(width) }, { notMerge: true, lazyUpdate: !isNew });
      if (!isNew) made.instance.resize({ ...size, animation: { duration: 0 } }); // draws what was set
      box.querySelector('svg')?.setAttribute('viewBox', `0 0 ${width} ${size.height}`); // so that a sheet of another width scales it
    },
  };
  charts.push(made);
  later(box, () => made.draw(true));
  new ResizeObserver(() => requestAnimationFrame(() => { if (!waiting.has(box)) made.draw(false); })).observe(box);
  return made;
}

function redraw() { charts.filter(made => made.box.isConnected && !waiting.has(made.box)).forEach(made => made.draw(true)); }

/** Draws at once what stands inside an element that was just put there. */
function drawIn(part) { charts.filter(made => part.contains(made.box)).forEach(made => made.draw(true)); }

function finishAll() { [...waiting.keys()].filter(box => box.isConnected).forEach(finish); }
dark.addEventListener('change', redraw);

/** Paper has light colours and a width of its own: all is drawn for it before the first sheet is laid out. */
function paper(isPaper) {
  if (document.documentElement.classList.contains('paper') === isPaper) return;
  document.documentElement.classList.toggle('paper', isPaper);
  finishAll();
  redraw();
  charts.forEach(made => made.instance?.getZr().flush()); // no frame comes between here and the sheets
}

addEventListener('beforeprint', () => paper(true));
addEventListener('afterprint', () => paper(false));
matchMedia('print').addEventListener('change', media => paper(media.matches));

/** Axes in the page's colours. Categories keep their names; numbers are written briefly. */
function axis(name, extra = {}) {
  return {
    name, nameLocation: 'middle', nameGap: 30, nameTextStyle: { color: colour('soft'), fontSize: 12 },
    axisLabel: { color: colour('soft'), fontSize: 11, hideOverlap: true, ...(extra.type !== 'category' && { formatter: tick }) },
    axisLine: { lineStyle: { color: colour('line') } }, axisTick: { lineStyle: { color: colour('line') } },
    splitLine: { lineStyle: { color: colour('grid') } }, ...extra,
  };
}

function tooltip(extra) {
  return {
    confine: true, backgroundColor: colour('card'), borderColor: colour('line'), textStyle: { color: colour('ink'), fontSize: 13 },
    extraCssText: 'box-shadow: 0 4px 18px rgba(0,0,0,.22)', ...extra,
  };
}

/** The body of a tooltip: a heading and rows of two cells. */
function tip(title, rows) {
  return element('div', { class: 'tip' }, element('b', {}, title),
    element('table', { role: 'presentation' }, rows.map(([name, value]) => element('tr', {}, element('td', {}, name), element('td', {}, value)))));
}

/** The ends of an axis and the step between its ticks, all round numbers. */
function roundAxis(low, high, ticks) {
  const rough = (high - low) / ticks || 1, power = 10 ** Math.floor(Math.log10(rough));
  const interval = [1, 2, 2.5, 5, 10].map(times => times * power).find(step => step >= rough * 0.999);
  return { min: Math.floor(low / interval + 1e-9) * interval, max: Math.ceil(high / interval - 1e-9) * interval, interval };
}

/** A reference line with a name. */
function reference(value, name, along = 'xAxis', place = 'end') {
  return {
    silent: true, symbol: 'none', animation: false,
    lineStyle: { color: colour('bath'), width: 2, type: 'dashed' },
    label: { formatter: name, color: colour('ink'), fontSize: 12, position: place, backgroundColor: colour('card'), padding: [1, 3] },
    data: [{ [along]: value }],
  };
}

/** A table whose columns sort. Columns: { label, meaning, cell(row) → { text, value, element } }; the first one heads the row. Why a number
    is undefined stands once below the table, under the letter that its cells name. */
function sortable(id, caption, columns, rows) {
  const body = element('tbody'), reasons = new Map();
  const letter = reason => {
    if (!reasons.has(reason)) reasons.set(reason, String.fromCharCode(97 + reasons.size % 26).repeat(1 + Math.floor(reasons.size / 26)));
    return reasons.get(reason);
  };
  const content = cell => {
    if (cell.element) return cell.element;
    const [head, reason] = [cell.text.slice(0, 11), cell.text.slice(11)];
    return head === 'undefined: ' ? ['undefined ', element('sup', { title: reason }, letter(reason))] : cell.text;
  };
  const heads = columns.map((column, at) => element('th', { scope: 'col', 'data-label': column.label, 'aria-sort': at === 0 ? 'ascending' : 'none' },
    element('button', { type: 'button', title: column.meaning, onclick: () => sort(at) }, column.label)));
  const lines = rows.map((row, order) => {
    const cells = columns.map(column => column.cell(row));
    const line = element('tr', { 'data-row': order }, cells.map((cell, at) => at === 0
      ? element('th', { scope: 'row' }, content(cell))
      : element('td', { class: cell.value === null ? 'undefined' : typeof cell.value === 'number' ? cell.text?.length > 16 ? 'number long' : 'number' : null }, content(cell))));
    return { line, cells, order };
  });
  function sort(at) {
    const ascending = heads[at].getAttribute('aria-sort') !== 'ascending';
    heads.forEach((head, i) => head.setAttribute('aria-sort', i !== at ? 'none' : ascending ? 'ascending' : 'descending'));
    const key = entry => at === 0 ? entry.order : entry.cells[at].value ?? null;
    lines.sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      if (x === null || y === null) // what is undefined comes last either way
        return (x === null) - (y === null) || a.order - b.order;
      return (typeof x === 'string' ? x.localeCompare(y) : x - y) * (ascending ? 1 : -1) || a.order - b.order;
    });
    body.replaceChildren(...lines.map(entry => entry.line));
  }
  body.append(...lines.map(entry => entry.line));
  return [
    element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
      element('table', { id }, element('caption', {}, caption), element('thead', {}, element('tr', {}, heads)), body)),
    reasons.size ? element('ul', { class: 'reasons' }, [...reasons].map(([reason, sign]) => element('li', {}, element('sup', {}, sign), ` undefined: ${reason}`))) : null];
}
