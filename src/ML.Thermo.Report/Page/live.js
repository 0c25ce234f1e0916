'use strict';
// A page that is served follows its monitors: the server sends what the page shows whenever it has changed, and the page draws that.

/** Draws what the page came with, and then whatever the server sends. */
function follow(draw) {
  const words = document.querySelector('#summary .words');
  const verdict = document.querySelector('.verdict'), state = element('p', { id: 'live', class: 'note' });
  document.querySelector('header').append(state);
  verdict.setAttribute('role', 'status'); // a change is read out to who cannot see it
  draw(findings);
  if (!location.protocol.startsWith('http')) return;
  const source = new EventSource(`${location.pathname.replace(/\/+$/, '')}/live`);
  source.addEventListener('open', () => { state.textContent = '● live'; });
  source.addEventListener('error', () => { state.textContent = '○ not live: the service does not answer; the numbers are the last known'; });
  source.addEventListener('message', event => {
    const now = JSON.parse(event.data);
    words.replaceChildren(...now.summary.map(sentence => element('p', {}, sentence)));
    if (now.verdict !== verdict.textContent) verdict.textContent = now.verdict;
    verdict.className = `verdict ${now.tone}`;
    draw(now);
  });
}

/** A mark and a word for how well a monitor is: never by colour alone. */
function healthText(health) { return { Healthy: '● healthy', Degraded: '▲ degraded', Unhealthy: '■ unhealthy' }[health]; }
