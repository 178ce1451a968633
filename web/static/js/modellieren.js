/* Draws with bpmn-js; the table of steps below changes the same drawing by keyboard, and every change is checked.
   Nothing is stored before somebody saves; this browser remembers what is not saved yet. */
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
  const ABSTAND = 150;
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
  let saved = true;
  let timer = 0;
  let round = 0;

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
  const start = async () => {
    try {
      if (field.value.trim()) { await open(field.value); saved = false; return; }
      const answer = await fetch(root.dataset.url, { credentials: "same-origin" });
      if (!answer.ok) { throw new Error("laden"); }
      await open(new TextDecoder().decode(await answer.arrayBuffer()));
      const kept = remembered();
      if (kept) {
        find("gemerkt-zeit").textContent = new Date(kept.zeit).toLocaleString("de-DE", { dateStyle: "medium", timeStyle: "short" });
        find("gemerkt").hidden = false;
      }
    } catch {
      say("Zeichnen nicht möglich: Die Datei ist für den Editor nicht lesbar. Laden Sie das Original herunter.");
    }
  };
  find("gemerkt-nehmen").addEventListener("click", () => { const kept = remembered(); find("gemerkt").hidden = true; if (kept) { saved = false; open(kept.xml); } });
  find("gemerkt-weg").addEventListener("click", () => { forget(); find("gemerkt").hidden = true; });
  window.addEventListener("beforeunload", (event) => { if (!saved) { event.preventDefault(); } });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      field.value = (await editor.saveXML({ format: true })).xml;
    } catch {
      say("Speichern nicht möglich: Die Zeichnung enthält etwas, das nicht geschrieben werden kann. Nehmen Sie die letzte Änderung zurück.");
      return;
    }
    saved = true;
    forget();
    form.submit();
  });

  /* Every change: remember, check, list */
  editor.on("commandStack.changed", () => {
    const stack = get("commandStack");
    root.querySelector('[data-tun="undo"]').disabled = !stack.canUndo();
    root.querySelector('[data-tun="redo"]').disabled = !stack.canRedo();
    saved = false;
    window.clearTimeout(timer);
    timer = window.setTimeout(async () => {
      const { xml } = await editor.saveXML({ format: true });
      try { localStorage.setItem(root.dataset.merker, JSON.stringify({ zeit: Date.now(), xml })); say("Änderung gemerkt, noch nicht gespeichert."); } catch { say("Noch nicht gespeichert."); }
      list();
      check(xml);
    }, 500);
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

  /* What is chosen: its words, and what only our check reads */
  const input = (text, value, change, options = null) => {
    const id = `eigenschaft-${text.replace(/\W/g, "")}`;
    const control = options
      ? create("select", { class: "kern-form-input__select", id }, ...options.map(([key, word]) => create("option", { value: key, selected: key === value }, word)))
      : create("input", { class: "kern-form-input__input", id, value, type: "text", autocomplete: "off" });
    control.addEventListener("change", () => change(control.value));
    return create("div", { class: "kern-form-input" }, create("label", { class: "kern-label", for: id }, text), options ? create("div", { class: "kern-form-input__select-wrapper" }, control) : control);
  };
  const expression = (type, text) => (text ? get("moddle").create(type, { body: text }) : undefined);
  const fields = (element) => {
    const object = element.businessObject;
    const set = (values) => get("modeling").updateProperties(element, values);
    const list = [input("Beschriftung", nameOf(element), (text) => get("modeling").updateLabel(element, text))];
    if (object.$instanceOf("bpmn:SequenceFlow") && /Gateway|Task|Activity/.test(element.source.type)) {
      const from = element.source.businessObject;
      list.push(input("Bedingung (FEEL)", object.conditionExpression ? object.conditionExpression.body || "" : "", (text) => set({ conditionExpression: expression("bpmn:FormalExpression", text) })));
      list.push(input("Standardausgang", from.default === object ? "ja" : "nein", (text) => get("modeling").updateProperties(element.source, { default: text === "ja" ? object : undefined }), [["nein", "nein"], ["ja", "ja, wenn keine Bedingung zutrifft"]]));
    }
    const definition = (object.eventDefinitions || [])[0];
    const change = (values) => get("modeling").updateModdleProperties(element, definition, values);
    if (definition && definition.$type === "bpmn:TimerEventDefinition") {
      const kinds = [["timeDuration", "Dauer"], ["timeDate", "Zeitpunkt"], ["timeCycle", "Wiederholung"]];
      const kind = (kinds.find(([key]) => definition[key]) || kinds[0])[0];
      const text = definition[kind] ? definition[kind].body || "" : "";
      const put = (key, value) => change({ timeDuration: undefined, timeDate: undefined, timeCycle: undefined, [key]: expression("bpmn:FormalExpression", value) });
      list.push(input("Art der Zeit", kind, (key) => put(key, text), kinds), input("Zeit (P3D oder frist_at(eingang, 3))", text, (value) => put(kind, value)));
    }
    if (definition && definition.$type === "bpmn:ConditionalEventDefinition") {
      list.push(input("Bedingung (FEEL)", definition.condition ? definition.condition.body || "" : "", (text) => change({ condition: expression("bpmn:FormalExpression", text) })));
    }
    const referred = definition && { "bpmn:MessageEventDefinition": ["Nachricht", "messageRef", "bpmn:Message"], "bpmn:SignalEventDefinition": ["Signal", "signalRef", "bpmn:Signal"] }[definition.$type];
    if (referred) {
      const [word, property, type] = referred;
      list.push(input(word, definition[property] ? definition[property].name || "" : "", (text) => {
        const definitions = editor.getDefinitions();
        let target = definitions.rootElements.find((item) => item.$type === type && item.name === text);
        if (!target && text) { target = get("bpmnFactory").create(type, { name: text }); target.$parent = definitions; definitions.rootElements.push(target); }
        change({ [property]: target });
      }));
    }
    if (object.$type === "bpmn:CallActivity") { list.push(input("Aufgerufener Prozess (Kennung)", object.calledElement || "", (text) => set({ calledElement: text || undefined }))); }
    return list;
  };
  const show = () => {
    const chosen = get("selection").get();
    const element = chosen.length === 1 && chosen[0].businessObject ? chosen[0].labelTarget || chosen[0] : null;
    find("eigenschaften").replaceChildren(...(element ? [create("p", { class: "hf-leise" }, ARTEN[element.type] || "Element"), ...fields(element)] : [create("p", { class: "hf-leise" }, "Wählen Sie ein Element im Diagramm oder in der Tabelle.")]));
  };
  editor.on("selection.changed", show);

  /* The table of steps */
  const lanes = () => get("elementRegistry").filter((element) => element.type === "bpmn:Lane" && !element.children.some((child) => child.type === "bpmn:Lane"));
  const laneOf = (element) => lanes().find((lane) => (lane.businessObject.flowNodeRef || []).includes(element.businessObject));
  const ordered = () => {
    const nodes = get("elementRegistry").filter(isNode);
    const rank = new Map();
    const walk = (element) => { if (rank.has(element)) { return; } rank.set(element, rank.size); (element.outgoing || []).filter((flow) => flow.type === "bpmn:SequenceFlow").forEach((flow) => walk(flow.target)); (element.attachers || []).forEach(walk); };
    [...nodes].sort((a, b) => (b.type === "bpmn:StartEvent") - (a.type === "bpmn:StartEvent") || a.x - b.x || a.y - b.y).forEach(walk);
    return nodes.sort((a, b) => rank.get(a) - rank.get(b));
  };
  /* Whoever is typing a name keeps the field: the table is made anew when the name is done. */
  const isTyping = () => {
    const field = document.activeElement;
    const typed = field.dataset.rolle === "name" && get("elementRegistry").get(field.closest("[data-schritt]").dataset.schritt);
    return Boolean(typed) && field.value !== nameOf(typed);
  };
  const list = () => {
    if (isTyping()) { document.activeElement.addEventListener("blur", () => window.setTimeout(list), { once: true }); return; }
    const focused = document.activeElement.closest("[data-schritt]");
    const kept = focused && [focused.dataset.schritt, document.activeElement.dataset.rolle];
    find("schritte").replaceChildren(...ordered().map(row));
    const again = kept && find("schritte").querySelector(`[data-schritt="${CSS.escape(kept[0])}"] [data-rolle="${kept[1]}"]`);
    if (again) { again.focus(); }
  };
  const row = (element) => {
    const rename = create("input", { class: "kern-form-input__input", type: "text", value: nameOf(element), "aria-label": `Beschriftung von ${label(element)}`, "data-rolle": "name", autocomplete: "off" });
    rename.addEventListener("change", () => get("modeling").updateLabel(element, rename.value));
    rename.addEventListener("focus", () => select(element));
    const mine = laneOf(element);
    const choose = create("select", { class: "kern-form-input__select", "aria-label": `Bahn von ${label(element)}`, "data-rolle": "bahn" }, ...(mine ? [] : [create("option", { value: "" }, "–")]), ...lanes().map((lane) => create("option", { value: lane.id, selected: lane === mine }, lane.businessObject.name || "Bahn ohne Namen")));
    choose.addEventListener("change", () => toLane(element, get("elementRegistry").get(choose.value)));
    const next = (element.outgoing || []).filter((flow) => flow.type === "bpmn:SequenceFlow").map((flow) => (nameOf(flow) ? `${nameOf(flow)}: ` : "") + label(flow.target)).join("; ");
    return create("tr", { class: "kern-table__row", "data-schritt": element.id },
      create("td", { class: "kern-table__cell" }, rename),
      create("td", { class: "kern-table__cell" }, ARTEN[element.type] || "Element"),
      create("td", { class: "kern-table__cell" }, lanes().length && element.type !== "bpmn:BoundaryEvent" ? create("div", { class: "kern-form-input__select-wrapper" }, choose) : "–"),
      create("td", { class: "kern-table__cell" }, next || "–"),
      create("td", { class: "kern-table__cell" }, create("div", { class: "modell__knoepfe" }, ...actions(element))));
  };
  const button = (text, element, role, action) => {
    const node = create("button", { type: "button", class: "kern-btn kern-btn--tertiary hf-knopf--klein", "data-rolle": role }, create("span", { class: "kern-label" }, text, create("span", { class: "kern-sr-only" }, ` bei ${label(element)}`)));
    node.addEventListener("click", action);
    return node;
  };
  const actions = (element) => {
    const flows = (element.outgoing || []).filter((flow) => flow.type === "bpmn:SequenceFlow");
    const found = [];
    if (element.type !== "bpmn:EndEvent") {
      found.push(button("+ Schritt", element, "schritt", () => insert(element, flows[0], "bpmn:UserTask")));
      found.push(button("+ Entscheidung", element, "entscheidung", () => decide(element, flows[0])));
    }
    if (element.type.endsWith("Gateway") && flows.length) { found.push(button("+ Ausgang", element, "ausgang", () => branch(element, flows[0].target))); }
    if (element.type !== "bpmn:StartEvent") { found.push(button("Löschen", element, "weg", () => get("modeling").removeElements([element]))); }
    return found;
  };
  const room = (element) => {
    const edge = element.x + element.width + 10;
    const all = get("elementRegistry").filter((item) => item.parent && !item.labelTarget);
    const tool = get("spaceTool");
    const moved = tool.calculateAdjustments(all, "x", ABSTAND, edge);
    tool.makeSpace(moved.movingShapes, moved.resizingShapes, { x: ABSTAND, y: 0 }, "e", edge);
  };
  const insert = (element, flow, type) => {
    if (!flow) { const shape = get("autoPlace").append(element, get("elementFactory").createShape({ type })); toName(shape); return shape; }
    room(element);
    const position = { x: element.x + element.width + ABSTAND / 2 + 15, y: element.y + element.height / 2 };
    const shape = get("modeling").createShape({ type }, position, flow.parent);
    const target = flow.target;
    get("modeling").reconnectEnd(flow, shape, position);
    get("modeling").connect(shape, target, { type: "bpmn:SequenceFlow" });
    get("modeling").layoutConnection(flow);
    toName(shape);
    return shape;
  };
  const decide = (element, flow) => {
    const target = flow && flow.target;
    const gateway = insert(element, flow, "bpmn:ExclusiveGateway");
    if (target) { branch(gateway, target); }
    toName(gateway);
  };
  const branch = (gateway, target) => {
    const task = get("autoPlace").append(gateway, get("elementFactory").createShape({ type: "bpmn:UserTask" }));
    get("modeling").connect(task, target, { type: "bpmn:SequenceFlow" });
    toName(task);
  };
  const toLane = (element, lane) => {
    if (lane) { get("modeling").moveElements([element], { x: 0, y: lane.y + lane.height / 2 - (element.y + element.height / 2) }, lane.parent); }
  };
  const toName = (shape) => {
    window.clearTimeout(timer);
    list();
    const target = find("schritte").querySelector(`[data-schritt="${CSS.escape(shape.id)}"] [data-rolle="name"]`);
    if (target) { target.focus(); }
    get("eventBus").fire("commandStack.changed");
  };
  start();
})();
