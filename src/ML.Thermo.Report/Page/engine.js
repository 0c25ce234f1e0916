'use strict';
// What a layer does between two temperatures. Colour and sign both tell the mode.

const modes = {
  Engine: { sign: '▲', colour: 'engine', words: 'engine: hotter than the network, gives work' },
  Pump: { sign: '▼', colour: 'pump', words: 'pump: colder than the network, takes work' },
  Idle: { sign: '■', colour: 'idle', words: 'idle: within its errors as hot as the network' },
  Undefined: { sign: '○', colour: 'idle', words: 'undefined: one of the two temperatures is undefined or not positive' },
};

/** A legend that also works without colour. */
function modeLegend(layers) {
  const swatch = mode => element('svg', { width: 26, height: 14, 'aria-hidden': 'true', viewBox: '0 0 26 14' },
    element('rect', { x: 0.5, y: 0.5, width: 25, height: 13, rx: 2, fill: mode.sign === '○' ? 'none' : `var(--${mode.colour})`, stroke: `var(--${mode.colour})` }));
  return element('ul', { class: 'legend' }, Object.entries(modes).filter(([name]) => layers.some(layer => layer.mode === name))
    .map(([, mode]) => element('li', {}, swatch(mode), `${mode.sign} ${mode.words}`)));
}
