/* Frame: folds the navigation on small screens, closes open flaps, moves the focus to an error summary. */
(function () {
  "use strict";
  const button = document.querySelector("[data-menue]");
  const navigation = document.getElementById("navigation");
  if (button && navigation) {
    button.hidden = false;
    navigation.classList.add("hf-navigation--klappbar");
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") !== "true";
      button.setAttribute("aria-expanded", String(open));
      navigation.classList.toggle("hf-navigation--offen", open);
    });
  }
  const flaps = () => document.querySelectorAll("details[data-klappe][open]");
  document.addEventListener("click", (event) => {
    flaps().forEach((flap) => { if (!flap.contains(event.target)) { flap.open = false; } });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") { return; }
    flaps().forEach((flap) => { flap.open = false; flap.querySelector("summary").focus(); });
  });
  /* A link into a closed flap opens it. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const target = link && document.getElementById(link.hash.slice(1));
    const flap = target && target.closest("details");
    if (flap) { flap.open = true; }
  });
  /* On paper the table stands for the diagram. */
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details.hf-twin").forEach((twin) => { twin.open = true; });
  });
  /* Back to the list as it was, to the row that was opened. */
  const list = sessionStorage.getItem("hf-korb");
  document.querySelectorAll("a[data-zum-korb]").forEach((link) => { const before = new URL(link.href); link.href = before.pathname + (list === null ? before.search : list) + link.dataset.zumKorb; });
  if (/^#aufgabe-\d+$/.test(location.hash)) {
    /* After the browser has gone to the row itself, which takes the focus away. */
    window.addEventListener("load", () => window.setTimeout(() => {
      const target = document.querySelector(`${location.hash} a`);
      if (target) { target.focus(); }
    }));
  }
  const first = document.querySelector("[data-fokus]");
  if (first) { first.focus(); }

  document.querySelectorAll("[data-sekunden]").forEach((form) => {
    window.setTimeout(() => { form.hidden = true; }, Number(form.dataset.sekunden) * 1000);
  });
})();
