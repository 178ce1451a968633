/* Arbeitskorb: ticks, keys, and a list that stays true. Without this script the page works as well. */
(function () {
  "use strict";
  const korb = document.querySelector("[data-korb]");
  if (!korb) { return; }
  const ticks = () => [...korb.querySelectorAll('input[name="aufgabe"]')];

  /* The way back from an Aufgabe leads to this page of this list (rahmen.js). */
  sessionStorage.setItem("hf-korb", location.search);

  /* Ticks */
  const showTicks = () => {
    const all = korb.querySelector("[data-alle]");
    const count = document.querySelector("[data-zahl]");
    if (!all || !count) { return; }
    const chosen = ticks().filter((tick) => tick.checked).length;
    count.textContent = chosen ? hf.text("%(anzahl)s ausgewählt:", { anzahl: chosen }) : hf.text("Auswahl:");
    all.hidden = false;
    all.checked = chosen > 0 && chosen === ticks().length;
    all.indeterminate = chosen > 0 && !all.checked;
  };
  korb.addEventListener("change", (event) => {
    if (event.target.matches("[data-alle]")) { ticks().forEach((tick) => { tick.checked = event.target.checked; }); }
    showTicks();
  });
  showTicks();

  /* Keys: only where nobody types, never with a modifier, and whoever does not want them switches them off. */
  const help = document.getElementById("tastatur");
  const isOff = help.dataset.kuerzel === "aus";
  document.querySelector("[data-tastatur]").hidden = false;
  document.querySelector("[data-tastatur]").addEventListener("click", () => help.showModal());
  const rows = () => [...korb.querySelectorAll(".hf-zeile__ziel")];
  const current = () => rows().indexOf((document.activeElement.closest(".hf-zeile") || korb).querySelector(".hf-zeile__ziel"));
  const go = (step) => {
    const all = rows();
    const inside = Boolean(document.activeElement.closest(".hf-zeile"));
    const next = inside ? Math.min(Math.max(current() + step, 0), all.length - 1) : 0;
    if (all[next]) { all[next].focus(); }
  };
  const inRow = (selector) => {
    const row = document.activeElement.closest(".hf-zeile");
    const target = row && row.querySelector(selector);
    if (target) { target.click(); }
  };
  /* Without a tick the row that has the focus is meant. */
  const tickRow = () => {
    const own = document.activeElement.closest(".hf-zeile");
    if (own && !ticks().some((tick) => tick.checked)) { inRow('input[name="aufgabe"]'); }
  };
  const press = (selector) => {
    tickRow();
    const button = document.querySelector(`.hf-auswahl__leiste ${selector}`);
    if (button) { button.click(); }
  };
  const openBulk = (kind) => {
    tickRow();
    const flap = document.querySelector(`[data-bulk="${kind}"]`);
    if (flap) { flap.open = true; flap.querySelector("input, select").focus(); }
  };
  const keys = {
    j: () => go(1),
    k: () => go(-1),
    x: () => inRow('input[name="aufgabe"]'),
    "ü": () => inRow(".hf-korb__tun button"),
    z: () => press('button[value="zuruecklegen"]'),
    w: () => openBulk("wiedervorlage"),
    "/": () => document.getElementById("suche").focus(),
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest('input:not([type="checkbox"]), select, textarea, dialog');
    if (typing || isOff || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) { return; }
    event.preventDefault();
    keys[event.key]();
  });

  /* The list stays true while somebody looks at it: focus and ticks stay where they are. It rests ten minutes after
     the last key or click, so that an empty desk does not keep the session alive. */
  let active = Date.now();
  ["keydown", "pointerdown", "pointermove"].forEach((kind) => document.addEventListener(kind, () => { active = Date.now(); }, { passive: true }));
  const refresh = async () => {
    /* Not under somebody's hands: an open card keeps what is chosen in it. */
    const busy = document.querySelector(".hf-auswahl__leiste details[open], .hf-gespeichert[open]");
    if (document.hidden || busy || Date.now() - active > 600000) { return; }
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) { return; }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const name of ["koerbe", "satz", "gespeichert", "liste"]) {
      const before = document.querySelector(`[data-frisch="${name}"]`);
      const after = fresh.querySelector(`[data-frisch="${name}"]`);
      if (!before || !after || before.textContent === after.textContent) { continue; }
      const chosen = new Set(ticks().filter((tick) => tick.checked).map((tick) => tick.value));
      const focused = before.contains(document.activeElement) ? document.activeElement : null;
      const row = focused && focused.closest("[id]");
      before.replaceChildren(...after.childNodes);
      ticks().forEach((tick) => { tick.checked = chosen.has(tick.value); });
      const again = row && document.getElementById(row.id);
      if (again) { again.querySelector(focused.matches("button") ? "button" : "a").focus(); }
    }
    showTicks();
  };
  window.setInterval(refresh, Number(korb.dataset.korb));
  /* Gone back by the browser, which shows the list of before: what was done meanwhile is not in it any more. */
  window.addEventListener("pageshow", (event) => { if (event.persisted) { refresh(); } });
})();
