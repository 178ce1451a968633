/* Arbeitskorb: one tick for the whole page, and how many are ticked. Without this script every row has its own tick. */
(function () {
  "use strict";
  const form = document.querySelector("[data-auswahl]");
  if (!form) { return; }
  const all = document.querySelector("[data-alle]");
  const count = document.querySelector("[data-zahl]");
  const ticks = [...document.querySelectorAll('input[name="aufgabe"]')];
  const show = () => {
    const chosen = ticks.filter((tick) => tick.checked).length;
    count.textContent = chosen ? `${chosen} ausgewählt:` : "Auswahl:";
    all.checked = chosen === ticks.length;
    all.indeterminate = chosen > 0 && chosen < ticks.length;
  };
  all.hidden = false;
  all.addEventListener("change", () => { ticks.forEach((tick) => { tick.checked = all.checked; }); show(); });
  ticks.forEach((tick) => tick.addEventListener("change", show));
  show();
})();
