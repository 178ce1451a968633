/* Draws with bpmn-js; every change is checked, and kept on the server as a draft of this person until it is saved as a
   version. Only while the server cannot be reached does this browser remember it. */
(function () {
  "use strict";
  const STUFEN = { fehler: ["■", "Fehler"], warnung: ["▲", "Warnung"], hinweis: ["●", "Hinweis"] };
  const ARTEN = {
    "bpmn:Task": "Aufgabe", "bpmn:UserTask": "Aufgabe", "bpmn:ManualTask": "Aufgabe", "bpmn:SendTask": "Sendeaufgabe",
    "bpmn:ReceiveTask": "Empfang", "bpmn:ServiceTask": "Dienst", "bpmn:ScriptTask": "Skript", "bpmn:BusinessRuleTask": "Entscheidungstabelle",
    "bpmn:CallActivity": "Aufruf", "bpmn:SubProcess": "Teilprozess", "bpmn:Transaction": "Transaktion", "bpmn:AdHocSubProcess": "Ad-hoc-Teilprozess",
    "bpmn:ExclusiveGateway": "Entscheidung", "bpmn:InclusiveGateway": "Entscheidung (mehrere)", "bpmn:ParallelGateway": "Parallel",
    "bpmn:EventBasedGateway": "Was zuerst geschieht", "bpmn:ComplexGateway": "Gateway", "bpmn:StartEvent": "Start", "bpmn:EndEvent": "Ende",
    "bpmn:IntermediateCatchEvent": "Warten auf", "bpmn:IntermediateThrowEvent": "Ereignis", "bpmn:BoundaryEvent": "Am Rand",
  };
  const root = document.querySelector("[data-modell]");
  if (!root || !window.BpmnJS) { return; }
  const find = (name) => root.querySelector(`[data-${name}]`);
  const area = find("flaeche");
  const form = find("speichern");
  const field = document.getElementById("feld-xml");
  const say = (text) => { find("stand").textContent = text; };
  const words = window.HF_BPMN_WORTE || {};
  const translate = (template, replacements = {}) =>
    (Object.hasOwn(words, template) ? words[template] : template).replace(/{([^}]+)}/g, (whole, key) => replacements[key] ?? whole);
  const create = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => { if (value !== false && value !== null) { node.setAttribute(name, value === true ? "" : value); } });
    node.append(...children);
    return node;
  };
  const editor = new window.BpmnJS({ container: area, additionalModules: [{ translate: ["value", translate] }] });
  const get = (name) => editor.get(name);
  const nameOf = (element) => element.businessObject.name || "";
  const label = (element) => nameOf(element).replace(/\s+/g, " ") || `${ARTEN[element.type] || "Element"} ohne Namen`;
  const isNode = (element) => element.businessObject && element.businessObject.$instanceOf("bpmn:FlowNode") && !element.labelTarget;
  const given = JSON.parse(root.dataset.angaben || "{}");
  const present = JSON.parse(root.dataset.eingestellt || "{}");
  let kept = true; // everything that was drawn is on the server, or in this browser
  let timer = 0;
  let round = 0;
  let stand = Number(root.dataset.entwurfStand || 0);
  let sending = Promise.resolve();
  const settings = {
    prioritaeten: JSON.parse(root.dataset.prioritaeten),
    wertklassen: JSON.parse(root.dataset.wertklassen),
    of: (id) => ({ ...(present[id] || {}), ...(given[id] || {}) }),
    put: (id, name, text) => { given[id] = { ...(given[id] || {}), [name]: text }; changed(); },
  };

  /* Load, remember */
  const remembered = () => { try { return JSON.parse(localStorage.getItem(root.dataset.merker)); } catch { return null; } };
  const forget = () => localStorage.removeItem(root.dataset.merker);
  const open = async (xml) => {
    find("diagramm-zustand").dataset.zustand = "bereit"; // what is not shown has no size to fit into
    await editor.importXML(xml);
    fit();
    list();
    check();
  };
  /* The whole drawing, beside the palette and never larger than drawn. */
  const fit = () => {
    const { inner, outer } = get("canvas").viewbox();
    if (!inner.width || !outer.width) { return; }
    const beside = get("palette")._container.offsetWidth + 40;
    const scale = Math.min(1, Math.max(0.2, (outer.width - beside - 20) / inner.width), Math.max(0.2, (outer.height - 40) / inner.height));
    get("canvas").viewbox({ x: inner.x - beside / scale, y: inner.y + inner.height / 2 - outer.height / scale / 2, width: outer.width / scale, height: outer.height / scale });
  };
  const read = async (address) => {
    const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!answer.ok) { throw new Error("laden"); }
    return answer.json();
  };
  const start = async () => {
    try {
      if (field.value.trim()) { await open(field.value); kept = false; return; }
      const mine = root.dataset.entwurfHier === "1";
      const drawn = await read(mine ? root.dataset.entwurf : root.dataset.url);
      Object.assign(given, drawn.angaben || {});
      await open(drawn.xml);
      const lost = remembered();
      if (lost) {
        find("gemerkt-zeit").textContent = new Date(lost.zeit).toLocaleString("de-DE", { dateStyle: "medium", timeStyle: "short" });
        find("gemerkt").hidden = false;
      }
    } catch {
      say("Zeichnen nicht möglich: Die Datei ist für den Editor nicht lesbar. Laden Sie das Original herunter.");
    }
  };
  find("gemerkt-nehmen").addEventListener("click", async () => { const lost = remembered(); find("gemerkt").hidden = true; if (lost) { Object.assign(given, lost.angaben || {}); await open(lost.xml); changed(); } });
  find("gemerkt-weg").addEventListener("click", () => { forget(); find("gemerkt").hidden = true; });
  window.addEventListener("beforeunload", (event) => { if (!kept) { event.preventDefault(); } });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      field.value = (await editor.saveXML({ format: true })).xml;
    } catch {
      say("Speichern nicht möglich: Die Zeichnung enthält etwas, das nicht geschrieben werden kann. Nehmen Sie die letzte Änderung zurück.");
      return;
    }
    document.getElementById("feld-angaben").value = JSON.stringify(given);
    window.clearTimeout(timer);
    await sending;
    kept = true;
    forget();
    form.submit();
  });

  /* Every change: keep, check, list */
  const keep = async (xml) => {
    const body = new FormData(form);
    body.set("xml", xml);
    body.set("angaben", JSON.stringify(given));
    body.set("entwurf_stand", String(stand));
    const answer = await fetch(root.dataset.entwurf, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    if (answer && answer.ok) {
      const result = await answer.json();
      stand = result.stand;
      kept = true;
      forget();
      say(`Entwurf gespeichert ${result.zeit}`);
      notice("andere", result.andere);
      notice("neuere", result.neueste > Number(root.dataset.neueste) ? `Inzwischen hat jemand Version ${result.neueste} gespeichert. Ihr Entwurf bleibt, wie er ist.` : "");
      return;
    }
    try { localStorage.setItem(root.dataset.merker, JSON.stringify({ zeit: Date.now(), xml, angaben: given })); kept = true; } catch { /* then the page asks before it is left */ }
    if (answer && answer.status === 409) { find("fenster").hidden = false; say("Nicht gespeichert."); return; }
    say(answer && answer.status === 422 ? "Nicht gespeichert: Die Zeichnung ist zu groß." : "Nicht gespeichert: keine Verbindung. Dieser Browser merkt sich die Änderung.");
  };
  const notice = (name, text) => { find(`${name}-text`).textContent = text; find(name).hidden = !text; };
  find("fenster-behalten").addEventListener("click", async () => {
    const there = await read(root.dataset.entwurf).catch(() => null);
    stand = there ? there.stand : 0;
    find("fenster").hidden = true;
    changed();
  });
  const changed = () => {
    kept = false;
    window.clearTimeout(timer);
    timer = window.setTimeout(async () => {
      const { xml } = await editor.saveXML({ format: true });
      sending = sending.then(() => keep(xml));
      list();
      check(xml);
    }, 600);
  };
  editor.on("commandStack.changed", () => {
    const stack = get("commandStack");
    root.querySelector('[data-tun="undo"]').disabled = !stack.canUndo();
    root.querySelector('[data-tun="redo"]').disabled = !stack.canRedo();
    changed();
  });
  root.querySelectorAll("[data-tun]").forEach((button) => button.addEventListener("click", () => get("commandStack")[button.dataset.tun]()));

  const check = async (xml) => {
    const mine = ++round;
    const body = new FormData(form);
    body.set("xml", xml || (await editor.saveXML({ format: true })).xml);
    const answer = await fetch(root.dataset.pruefen, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    if (mine !== round) { return; }
    if (!answer || !answer.ok) { find("befund-satz").textContent = "· zurzeit nicht geprüft"; return; }
    const result = await answer.json();
    find("befund-satz").textContent = `· ${result.satz}`;
    mark(result.befunde);
  };
  const mark = (befunde) => {
    const overlays = get("overlays");
    const registry = get("elementRegistry");
    overlays.remove({ type: "befund" });
    const found = new Map();
    find("befunde").replaceChildren(...befunde.map((befund, index) => {
      const [symbol, word] = STUFEN[befund.stufe];
      const element = befund.element && registry.get(befund.element);
      if (element) { found.set(element, [...(found.get(element) || []), [befund, index + 1]]); }
      const head = create("p", { class: "befund__kopf" }, create("span", { class: "befund__nr", "aria-hidden": "true" }, String(index + 1)), create("strong", {}, `${symbol} ${word}`), " ", create("span", { class: "hf-leise" }, befund.name || "Ganzes Modell"));
      const item = create("li", { class: `befund befund--${befund.stufe}` }, head, create("p", {}, befund.text), create("p", { class: "befund__abhilfe" }, `→ ${befund.abhilfe}`));
      if (element) {
        const button = create("button", { type: "button", class: "befund__zeigen" }, "Im Diagramm zeigen");
        button.addEventListener("click", () => select(element));
        item.append(button);
      }
      return item;
    }));
    found.forEach((entries, element) => {
      const box = create("div", { class: "diagramm__marken" }, ...entries.map(([befund, nr]) => create("span", { class: `diagramm__marke diagramm__marke--${befund.stufe}`, title: befund.text }, String(nr))));
      overlays.add(element, "befund", { html: box, position: element.waypoints ? { top: -8, left: 0 } : { bottom: 8, left: 0 } });
    });
  };
  const select = (element) => { get("selection").select(element); get("canvas").scrollToElement(element, 80); };

  const fields = window.HF_EIGENSCHAFTEN({ editor, get, create, nameOf, settings });
  const { list } = window.HF_TABELLE({ get, find, create, nameOf, label, isNode, select, changed, ARTEN });
  const show = () => {
    const chosen = get("selection").get();
    const element = chosen.length === 1 && chosen[0].businessObject ? chosen[0].labelTarget || chosen[0] : null;
    find("eigenschaften").replaceChildren(...(element ? [create("p", { class: "hf-leise" }, ARTEN[element.type] || "Element"), ...fields(element)] : [create("p", { class: "hf-leise" }, "Wählen Sie ein Element im Diagramm oder in der Tabelle.")]));
  };
  editor.on("selection.changed", show);

  start();
})();
