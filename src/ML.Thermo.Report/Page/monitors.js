'use strict';
// All monitors of a service: a row each, the way to its page.

const overview = element('div');
page.append(overview);

const quantityColumns = [['rows', 'rows', 'observed'], ['windows', 'windows', 'judged'], ['waiting', 'labels awaited', 'rows that wait for their label'],
  ['deltaEnergy', 'ΔE', 'loss above the reference, of the last full window'], ['pValue', 'p-value', 'of the last full window'],
  ['effect', 'shift', 'of the last full window, in standard deviations of one row'], ['evidence', 'ln e', 'evidence of all windows against no drift, nats']];

follow(now => {
  const away = location.protocol.startsWith('http') ? `${location.pathname.replace(/\/+$/, '')}/` : null;
  const name = monitor => away ? element('a', { href: away + encodeURIComponent(monitor.name) }, monitor.name) : monitor.name;
  const focused = document.activeElement?.getAttribute('href');
  overview.replaceChildren(section('monitors', 'Models in service', now.monitors.length === 0 ? element('p', { class: 'note' }, 'None.')
    : sortable('monitors-table', 'One row a monitor; its name leads to its page.', [
      { label: 'monitor', meaning: 'in the order of registration', cell: monitor => ({ text: monitor.name, element: name(monitor) }) },
      { label: 'health', meaning: 'of the model and its monitor', cell: monitor => ({ text: healthText(monitor.health), value: monitor.health }) },
      { label: 'refresh', meaning: 'what the rule says of all windows', cell: monitor => ({ text: monitor.refresh ? '▲ due' : 'no', value: monitor.refresh ? 'due' : 'no' }) },
      ...quantityColumns.map(([key, label, meaning]) => ({ label, meaning, cell: monitor => ({ text: monitor[key].text, value: monitor[key].value }) }))], now.monitors)));
  if (focused) [...overview.querySelectorAll('a')].find(link => link.getAttribute('href') === focused)?.focus();
});
