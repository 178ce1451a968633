/* Edits a form with form-js. Beside it: the data class of the chosen field, which only our engine reads.
   The table of fields is the same form without this script. */
(function () {
  "use strict";
  const area = document.querySelector("[data-formular-flaeche]");
  if (!area || !window.FormEditor) { return; }
  const form = document.querySelector("[data-formular-speichern]");
  const field = document.getElementById("feld-schema");
  const message = document.querySelector("[data-formular-meldung]");
  const box = document.querySelector("[data-formular-klasse]");
  const select = document.querySelector("[data-formular-auswahl]");
  const hint = document.querySelector("[data-formular-hinweis]");
  const words = window.HF_FORM_WORTE || {};
  const OHNE_WERT = new Set(["default", "group", "text", "html", "separator", "spacer", "button"]);
  const say = (text) => { message.textContent = text; message.hidden = !text; };
  let saved = !area.hasAttribute("data-ungespeichert");
  let editor;

  /* form-js asks for no translation: what it writes around the form is replaced as it appears, the form itself never. */
  const word = (text) => { const key = text.trim(); return Object.hasOwn(words, key) ? text.replace(key, words[key]) : text; };
  const isForm = (node) => { const part = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node); return !part || (part.closest(".fjs-form") && !part.closest(".fjs-empty-editor")) || part.closest(".cm-editor"); };
  const ATTRIBUTES = ["title", "aria-label", "placeholder"];
  const speak = (node) => {
    if (isForm(node)) { return; }
    if (node.nodeType === Node.TEXT_NODE) { const text = word(node.data); if (text !== node.data) { node.data = text; } return; }
    ATTRIBUTES.forEach((name) => { const old = node.getAttribute(name); const text = old && word(old); if (text && text !== old) { node.setAttribute(name, text); } });
    node.childNodes.forEach((child) => { if (child.nodeType === Node.TEXT_NODE || child.nodeType === Node.ELEMENT_NODE) { speak(child); } });
  };
  const listen = () => {
    speak(area);
    new MutationObserver((changes) => changes.forEach((change) => {
      if (change.type === "childList") { change.addedNodes.forEach((node) => { if (node.nodeType === Node.TEXT_NODE || node.nodeType === Node.ELEMENT_NODE) { speak(node); } }); } else { speak(change.target); }
    })).observe(area, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES });
  };
  /* New fields are called by German words, since these become part of the form. */
  const nameInGerman = () => {
    const factory = editor.get("fieldFactory");
    const create = factory.create.bind(factory);
    factory.create = (attrs, defaults) => {
      const made = create(attrs, defaults);
      const plain = (text) => word(text).replaceAll("\u00AD", "");
      if (!attrs.label && made.label) { made.label = plain(made.label); }
      (attrs.values ? [] : made.values || []).forEach((option) => { option.label = plain(option.label); });
      return made;
    };
  };

  let chosen = null;
  const show = (selected) => {
    chosen = selected && !OHNE_WERT.has(selected.type) ? selected : null;
    box.hidden = !chosen;
    hint.hidden = Boolean(chosen);
    if (!chosen) { return; }
    document.querySelector("[data-formular-feld]").textContent = `„${chosen.label || chosen.key}“`;
    select.value = (chosen.properties || {}).datenklasse || "S1";
  };
  select.addEventListener("change", () => {
    if (chosen) { editor.get("modeling").editFormField(chosen, "properties", { ...(chosen.properties || {}), datenklasse: select.value }); }
  });

  const start = async () => {
    try {
      editor = new window.FormEditor.FormEditor({ container: area });
      nameInGerman();
      await editor.importSchema(JSON.parse(field.value));
      listen();
      editor.on("selection.changed", (event) => show(event.selection));
      editor.on("changed", () => { saved = false; if (chosen) { show(editor.get("formFieldRegistry").get(chosen.id)); } });
    } catch {
      say("Bearbeiten nicht möglich: Das Formular ist für den grafischen Editor nicht lesbar. Bearbeiten Sie es als Tabelle.");
    }
  };
  form.addEventListener("submit", () => {
    if (editor) { try { field.value = JSON.stringify(editor.saveSchema()); } catch { /* what was there before is sent, and refused if need be */ } }
    saved = true;
  });
  window.addEventListener("beforeunload", (event) => { if (!saved) { event.preventDefault(); } });
  start();
})();
