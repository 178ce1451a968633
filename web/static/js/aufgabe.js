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
    say("Nicht gespeichert: Sie sind abgemeldet. Ihre Eingaben bleiben hier stehen. ", true);
    const link = document.createElement("a");
    link.href = "/anmelden";
    link.target = "_blank";
    link.className = "kern-link";
    link.textContent = "In neuem Fenster anmelden";
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

  const post = () => fetch(form.dataset.entwurf, {
    method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "error",
  });

  const later = (ms) => { window.clearTimeout(timer); timer = window.setTimeout(save, ms); };

  const refused = async (answer) => {
    if (answer.status === 401) { sayLoggedOut(); later(RETRY_MS); return; }
    const body = await answer.json().catch(() => ({}));
    say("Nicht gespeichert: " + (body.fehler || "Das hat nicht geklappt."), true);
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
        say("Entwurf gespeichert " + (await answer.json()).gespeichert);
      } else {
        await refused(answer);
      }
    } catch {
      say("Nicht gespeichert: keine Verbindung. Der nächste Versuch folgt gleich.", true);
      later(RETRY_MS);
    } finally {
      sending = false;
      if (changes !== sent) { later(PAUSE_MS); }
    }
  }

  const isOwn = (target) => !target.name || target.name.startsWith("aktion.");

  form.addEventListener("input", (event) => {
    if (isOwn(event.target)) { return; }
    changes += 1;
    say("");
    later(PAUSE_MS);
  });
  form.addEventListener("submit", () => { leaving = true; });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") { save(); } });
  window.addEventListener("pagehide", () => {
    if (leaving || changes === saved) { return; }
    navigator.sendBeacon(form.dataset.entwurf, new FormData(form));
  });
  window.addEventListener("pageshow", () => { leaving = false; });
})();
