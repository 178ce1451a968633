/* Keeps what is typed as a draft: 1.5 s after the last key, and when the page is left. Says so, or says why not. */
(function () {
  "use strict";
  const form = document.querySelector("[data-aufgabe]");
  const state = form && form.querySelector("[data-entwurf-stand]");
  if (!form || !state) { return; }
  const PAUSE_MS = 1500;
  const RETRY_MS = 15000;
  let timer = 0;
  let changes = 0;
  let saved = 0;
  let sending = false;
  let leaving = false;

  const say = (text, failed) => {
    state.textContent = text;
    state.classList.toggle("hf-entwurf__stand--gescheitert", Boolean(failed));
  };

  const sayLoggedOut = () => {
    say(hf.text("Nicht gespeichert: Sie sind abgemeldet. Ihre Eingaben bleiben hier stehen.") + " ", true);
    const link = document.createElement("a");
    link.href = "/anmelden";
    link.target = "_blank";
    link.className = "kern-link";
    link.textContent = hf.text("In neuem Fenster anmelden");
    state.append(link);
  };

  /* After a new login in another window the page holds an old token: take the fresh one from a fresh page. */
  const renewToken = async () => {
    const answer = await fetch(window.location.pathname, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) { return false; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("meta[name=csrf-token]").content;
    document.querySelectorAll("input[name=csrf_token]").forEach((input) => { input.value = token; });
    return true;
  };

  /* What was typed, without files: those are sent by their own button only. */
  const typed = () => {
    const data = new FormData(form);
    [...data.keys()].filter((name) => name.startsWith("aktion.datei")).forEach((name) => data.delete(name));
    data.delete("aktion.kommentar");
    return data;
  };

  const post = () => fetch(form.dataset.entwurf, {
    method: "POST", body: typed(), headers: { Accept: "application/json" }, redirect: "error",
  });

  const later = (ms) => { window.clearTimeout(timer); timer = window.setTimeout(save, ms); };

  const refused = async (answer) => {
    if (answer.status === 401) { sayLoggedOut(); later(RETRY_MS); return; }
    const body = await answer.json().catch(() => ({}));
    const grund = body.fehler || hf.text("Das hat nicht geklappt.");
    say(hf.text("Nicht gespeichert: %(grund)s", { grund }), true);
  };

  async function save() {
    if (sending || leaving || changes === saved) { return; }
    sending = true;
    const sent = changes;
    try {
      let answer = await post();
      if (answer.status === 400 && await renewToken()) { answer = await post(); }
      if (answer.ok) {
        saved = sent;
        say(hf.text("Entwurf gespeichert %(zeit)s", { zeit: (await answer.json()).gespeichert }));
      } else {
        await refused(answer);
      }
    } catch {
      say(hf.text("Nicht gespeichert: keine Verbindung. Der nächste Versuch folgt gleich."), true);
      later(RETRY_MS);
    } finally {
      sending = false;
      if (changes !== sent) { later(PAUSE_MS); }
    }
  }

  /* Fields that hang on others: the server says what is hidden and what is computed. */
  const byName = (attribute, name) => form.querySelector("[" + attribute + '="' + CSS.escape(name) + '"]');
  let lookTimer = 0;
  let looking = new AbortController();

  const showTable = (table, rows) => {
    const body = table.querySelector("tbody");
    body.replaceChildren(...rows.map((cells) => {
      const row = document.createElement("tr");
      row.className = "kern-table__row";
      row.append(...cells.map((text) => {
        const cell = document.createElement("td");
        cell.className = "kern-table__cell";
        cell.textContent = text;
        return cell;
      }));
      return row;
    }));
  };

  const showLook = (look) => {
    const hidden = new Set(look.verborgen);
    form.querySelectorAll("[data-feld]").forEach((field) => { field.hidden = hidden.has(field.dataset.feld); });
    form.querySelectorAll("[data-abschnitt]").forEach((section) => {
      const fields = [...section.querySelectorAll("[data-feld]")];
      section.hidden = fields.length > 0 && fields.every((field) => field.hidden);
    });
    for (const [name, text] of Object.entries(look.berechnet)) {
      const output = byName("data-berechnet", name);
      if (output) { output.textContent = text; }
    }
    form.querySelectorAll("[data-tabelle]").forEach((table, n) => showTable(table, look.tabellen[n] || []));
  };

  /* Also when the page is left: an Aufgabe that is done meanwhile has nothing to say. */
  const stopLooking = () => { window.clearTimeout(lookTimer); looking.abort(); };

  const look = async () => {
    looking = new AbortController();
    const { signal } = looking;
    const answer = await fetch(form.dataset.lage, {
      method: "POST", body: typed(), headers: { Accept: "application/json" }, redirect: "error", signal,
    }).catch(() => null);
    if (answer && answer.ok && !signal.aborted) { showLook(await answer.json()); }
  };

  const changed = () => {
    changes += 1;
    say("");
    later(PAUSE_MS);
    if (form.dataset.lage) { stopLooking(); lookTimer = window.setTimeout(look, 200); }
  };

  /* Rows of a list. */
  const number = (list) => {
    const rows = [...list.querySelectorAll("[data-zeile]")];
    rows.forEach((row, n) => row.querySelectorAll("[data-stelle]").forEach((place) => { place.textContent = n + 1; }));
    const more = list.querySelector("[data-zeile-mehr]");
    if (more) { more.hidden = rows.length >= Number(list.dataset.hoechstens); }
  };

  const addRow = (list) => {
    const used = [...list.querySelectorAll("[data-zeile-weg]")].map((b) => Number(b.value.split(".").pop()));
    const template = list.querySelector("template");
    const copy = document.createElement("template");
    copy.innerHTML = template.innerHTML.replaceAll("__n__", String(Math.max(-1, ...used) + 1));
    list.querySelector("[data-zeilen]").append(copy.content);
    number(list);
    list.querySelector("[data-zeile]:last-of-type").querySelector("input:not([type=hidden]), textarea, select").focus();
    changed();
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zeile-mehr], [data-zeile-weg]");
    if (!button) { return; }
    event.preventDefault();
    const list = button.closest("[data-liste]");
    if (button.hasAttribute("data-zeile-mehr")) { addRow(list); return; }
    button.closest("[data-zeile]").remove();
    number(list);
    list.focus();
    changed();
  });

  const isOwn = (target) => !target.name || target.name.startsWith("aktion.");

  form.addEventListener("input", (event) => { if (!isOwn(event.target)) { changed(); } });
  form.addEventListener("submit", () => { leaving = true; stopLooking(); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") { save(); } });
  window.addEventListener("pagehide", () => {
    if (leaving || changes === saved) { return; }
    navigator.sendBeacon(form.dataset.entwurf, typed());
  });
  window.addEventListener("pageshow", () => { leaving = false; });
})();
