// Progress of an import: asks every second, and shows the result when it is there. Without it the page has a link.
(function () {
  'use strict';

  const place = document.querySelector('[data-einlesen]');
  if (!place) return;
  const bar = place.querySelector('[data-balken]');
  const rows = place.querySelector('[data-zeilen]');

  async function look() {
    try {
      const answer = await fetch(place.dataset.einlesen, { headers: { Accept: 'application/json' } });
      // Logged out, deleted or done: the page itself says what is there now.
      if (!answer.ok || answer.redirected) return window.location.reload();
      const state = await answer.json();
      if (!state.laeuft) return window.location.reload();
      bar.value = Math.round(state.anteil * 100);
      rows.textContent = state.zeilen.toLocaleString(document.documentElement.lang);
    } catch {
      // The network may come back.
    }
    return setTimeout(look, 1000);
  }

  setTimeout(look, 1000);
})();
