/* What can be said about the element that is chosen: words of the drawing, and settings that stand beside it. */
"use strict";
window.HF_EIGENSCHAFTEN = ({ editor, get, create, nameOf, settings }) => {
  const input = (text, value, change, options = null) => {
    const id = `eigenschaft-${text.replace(/\W/g, "")}`;
    const control = options
      ? create("select", { class: "kern-form-input__select", id }, ...options.map(([key, word]) => create("option", { value: key, selected: key === value }, word)))
      : create("input", { class: "kern-form-input__input", id, value, type: "text", autocomplete: "off" });
    control.addEventListener("change", () => change(control.value));
    return create("div", { class: "kern-form-input" }, create("label", { class: "kern-label", for: id }, text), options ? create("div", { class: "kern-form-input__select-wrapper" }, control) : control);
  };
  const expression = (type, text) => (text ? get("moddle").create(type, { body: text }) : undefined);
  /* Deadline, priority, time and value: not part of the drawing, but set together with it. */
  const beside = (element) => {
    const put = (name) => (text) => settings.put(element.id, name, text);
    const value = (name) => settings.of(element.id)[name] || "";
    return [
      input("Frist (3 AT, oder frist_at(eingang, 3))", value("frist"), put("frist")),
      input("Priorität", value("prioritaet"), put("prioritaet"), [["", "normal"], ...settings.prioritaeten.filter((key) => key !== "normal").map((key) => [key, key])]),
      input("Standardzeit in Minuten", value("pt_min"), put("pt_min")),
      input("Wert für die Familie", value("va"), put("va"), [["", "noch nicht bestimmt"], ...Object.entries(settings.wertklassen)]),
    ];
  };
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
    if (object.$instanceOf("bpmn:Task") && !/Service|Script|BusinessRule/.test(object.$type)) { list.push(...beside(element)); }
    if (object.$type === "bpmn:CallActivity") { list.push(input("Aufgerufener Prozess (Kennung)", object.calledElement || "", (text) => set({ calledElement: text || undefined }))); }
    return list;
  };
  return fields;
};
