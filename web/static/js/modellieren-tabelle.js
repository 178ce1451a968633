/* The drawing as a table of its steps: everything that the table changes, it changes in the diagram, which lays itself out. */
"use strict";
window.HF_TABELLE = ({ get, find, create, nameOf, label, isNode, select, changed, ARTEN }) => {
  const ABSTAND = 150;
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
    return create("tr", { class: "kern-table__row", "data-schritt": element.id },
      create("td", { class: "kern-table__cell" }, rename, create("div", { class: "modell__knoepfe" }, create("span", { class: "hf-leise modell__art" }, ARTEN[element.type] || "Element"), ...actions(element))),
      create("td", { class: "kern-table__cell" }, lanes().length && element.type !== "bpmn:BoundaryEvent" ? create("div", { class: "kern-form-input__select-wrapper" }, choose) : "–"),
      create("td", { class: "kern-table__cell" }, ...exits(element)));
  };
  /* Where it goes on: each exit with its label and its target; both can be changed. */
  const flowsOf = (element) => (element.outgoing || []).filter((flow) => flow.type === "bpmn:SequenceFlow");
  const targets = (element) => ordered().filter((node) => node !== element && node.parent === element.parent && node.type !== "bpmn:StartEvent" && node.type !== "bpmn:BoundaryEvent");
  const choice = (name, role, options, change) => {
    const node = create("select", { class: "kern-form-input__select", "aria-label": name, "data-rolle": role }, ...options);
    node.addEventListener("change", () => change(get("elementRegistry").get(node.value)));
    return create("div", { class: "kern-form-input__select-wrapper" }, node);
  };
  const exits = (element) => {
    if (element.type === "bpmn:EndEvent") { return ["–"]; }
    const flows = flowsOf(element);
    if (!flows.length) {
      return [choice(`Danach bei ${label(element)}`, "ziel-neu", [create("option", { value: "" }, "nichts – verbinden mit …"), ...targets(element).map((node) => create("option", { value: node.id }, label(node)))], (target) => { if (target) { get("modeling").connect(element, target, { type: "bpmn:SequenceFlow" }); } })];
    }
    return flows.map((flow, index) => exit(element, flow, index, flows.length));
  };
  const exit = (element, flow, index, count) => {
    const parts = [];
    if (nameOf(flow) || (count > 1 && !/Parallel|EventBased/.test(element.type))) {
      const words = create("input", { class: "kern-form-input__input", type: "text", value: nameOf(flow), placeholder: "Antwort", "aria-label": `Antwort ${index + 1} von ${label(element)}`, "data-rolle": `antwort-${index}`, autocomplete: "off" });
      words.addEventListener("change", () => get("modeling").updateLabel(flow, words.value));
      parts.push(words);
    }
    const options = [...new Set([flow.target, ...targets(element)])].map((node) => create("option", { value: node.id, selected: node === flow.target }, label(node)));
    parts.push(choice(`Danach ${count > 1 ? index + 1 + " " : ""}bei ${label(element)}`, `ziel-${index}`, options, (target) => lead(flow, target)));
    if (count > 1) { parts.push(button("Löschen", flow, `weg-${index}`, () => get("modeling").removeConnection(flow), `Ausgang ${nameOf(flow) || label(flow.target)}`)); }
    return create("div", { class: "modell__ausgang" }, ...parts);
  };
  const lead = (flow, target) => {
    get("modeling").reconnectEnd(flow, target, { x: target.x + target.width / 2, y: target.y + target.height / 2 });
    get("modeling").layoutConnection(flow);
  };
  /* A step changes its place with the one before or after it, where nothing else meets between them. */
  const only = (list) => { const flows = (list || []).filter((flow) => flow.type === "bpmn:SequenceFlow"); return flows.length === 1 ? flows[0] : null; };
  const pairAfter = (element) => {
    const flow = only(element.outgoing);
    return flow && only(flow.target.incoming) && only(flow.target.outgoing) && movable(element) && movable(flow.target) ? [element, flow.target] : null;
  };
  const pairBefore = (element) => { const flow = only(element.incoming); const pair = flow && pairAfter(flow.source); return pair && pair[1] === element ? pair : null; };
  const movable = (element) => /Task|CallActivity|SubProcess|Intermediate/.test(element.type) && (element.incoming || []).length > 0;
  const swap = ([first, second]) => {
    const modeling = get("modeling");
    const middle = only(first.outgoing);
    const after = only(second.outgoing);
    const target = after.target;
    const way = { x: second.x + second.width / 2 - first.x - first.width / 2 };
    const sameLane = laneOf(first) === laneOf(second);
    [...first.incoming].forEach((flow) => modeling.reconnectEnd(flow, second, { x: second.x, y: second.y }));
    modeling.reconnectStart(middle, second, { x: second.x, y: second.y });
    modeling.reconnectEnd(middle, first, { x: first.x, y: first.y });
    modeling.reconnectStart(after, first, { x: first.x, y: first.y });
    const dy = sameLane ? second.y + second.height / 2 - first.y - first.height / 2 : 0;
    modeling.moveElements([first], { x: way.x, y: dy });
    modeling.moveElements([second], { x: -way.x, y: -dy });
    [...second.incoming, middle, after].forEach((flow) => modeling.layoutConnection(flow));
    return target;
  };
  const button = (text, element, role, action, about = label(element)) => {
    const node = create("button", { type: "button", class: "kern-btn kern-btn--tertiary hf-knopf--klein", "data-rolle": role }, create("span", { class: "kern-label" }, text, create("span", { class: "kern-sr-only" }, ` bei ${about}`)));
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
    if (element.type.endsWith("Gateway") || (!flows.length && element.type !== "bpmn:EndEvent")) { found.push(button("+ Ende", element, "ende", () => toName(get("autoPlace").append(element, get("elementFactory").createShape({ type: "bpmn:EndEvent" }))))); }
    [["↑ früher", "früher", pairBefore(element)], ["↓ später", "später", pairAfter(element)]].forEach(([text, role, pair]) => { if (pair) { found.push(button(text, element, role, () => { swap(pair); list(); })); } });
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
    list();
    const target = find("schritte").querySelector(`[data-schritt="${CSS.escape(shape.id)}"] [data-rolle="name"]`);
    if (target) { target.focus(); }
    changed();
  };
  return { list };
};
