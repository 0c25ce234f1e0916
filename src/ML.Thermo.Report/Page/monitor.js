'use strict';
// One monitor in service: its numbers, windows along time, inputs, journal.

const parts = new Map(['facts', 'windows', 'inputs', 'journal', 'bins'].map(name => [name, { view: element('div'), of: null }]));
page.append(...[...parts.values()].map(part => part.view));

/** Draws a part again only where what it shows has changed: a table that somebody sorts stays as it is. */
function part(name, of, make) {
  const known = parts.get(name), { view } = known, text = JSON.stringify(of);
  if (known.of === text) return;
  known.of = text;
  charts.filter(made => view.contains(made.box)).forEach(made => { made.instance?.dispose(); charts.splice(charts.indexOf(made), 1); });
  view.replaceChildren(...[make()].flat(Infinity).filter(made => made !== null));
  drawIn(view);
}

function windowTable(now) {
  return sortable('windows-table', 'The windows that the journal holds. A click on a heading sorts.', [
    { label: 'window', meaning: 'in the order of time', cell: window => ({ text: window.label }) },
    { label: 'closed', meaning: 'when it was full', cell: window => ({ text: window.closed, value: window.closedAt }) },
    { label: 'rows', meaning: 'how many', cell: window => ({ text: window.rows.toLocaleString('en'), value: window.rows }) },
    { label: 'labels', meaning: 'rows with a label; awaited where it was judged without them', cell: window => ({ text: window.isFinal ? window.labelled.toLocaleString('en') : `${window.labelled.toLocaleString('en')}, awaited`, value: window.labelled }) },
    { label: 'refresh', meaning: 'what the monitor said after it', cell: window => ({ text: window.refresh ? '▲ due' : 'no', value: window.refresh ? 'due' : 'no' }) },
    ...now.columns.map(column),
    { label: 'cause', meaning: 'what is behind its drift, as far as losses and inputs tell; the journal has the sentence', cell: window => ({ text: window.cause.replaceAll('-', ' '), value: window.cause }) }], now.windows);
}

follow(now => {
  document.title = `${healthText(now.health)[0]} ${now.name}: monitor`;
  part('facts', now.facts, () => now.facts.length ? facts(now.facts) : null);
  part('windows', now.windows, () => now.windows.length === 0
    ? section('windows', 'Windows', element('p', { class: 'note' }, 'No window is full yet.'))
    : [section('timelines', 'Along time',
      element('p', { class: 'note' }, `▲ a refresh is due. ○ it is not. A window is worth a look by itself where p is at most ${brief(now.falseAlarmRate)}. Whiskers of one standard error.`),
      timelines(now.windows, null, now)), section('windows', 'Windows', windowTable(now))]);
  part('inputs', now.inputs, () => now.inputs.length === 0 ? null
    : section('inputs', 'Inputs of the last window', sortable('inputs-table', 'Whichever moved most stands first; no row\'s value is shown.', [
      { label: 'input', meaning: 'the most surprising first', cell: input => ({ text: input.name }) }, ...now.inputColumns.map(column)], now.inputs)));
  part('journal', now.journal, () => section('journal', 'Journal', now.journal.length === 0
    ? element('p', { class: 'note' }, 'Nothing has happened yet.')
    : sortable('journal-table', 'The newest first.', [
      { label: 'time', meaning: 'newest first', cell: line => ({ text: line.time }) }, { label: 'what happened', meaning: 'in words', cell: line => ({ text: line.text }) }], now.journal)));
  part('bins', now.bins, () => now.bins.length === 0 ? null
    : section('bins', 'Values in the open window', element('p', { class: 'note' }, 'Shares of rows by bin, the reference beside the rows since the last full window.'),
      now.bins.map((input, at) => element('details', {}, element('summary', {}, input.name), sortable(`bins-${at}`, `Bins of ${input.name}.`, [
        { label: 'values', meaning: 'in order', cell: bin => ({ text: bin.range }) },
        { label: 'reference', meaning: 'share of its rows', cell: bin => ({ text: bin.reference.text, value: bin.reference.value }) },
        { label: 'now', meaning: 'share of the open window', cell: bin => ({ text: bin.window.text, value: bin.window.value }) }], input.bins)))));
});
