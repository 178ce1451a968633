// Draws a BPMN file read-only, marks where the Vorgang stands and what the check found.
// The text twin (step list, list of findings) is in the page already; nothing is lost without this script.
(function () {
  'use strict';

  const ZOOM_STEP = 1.25;
  const ZOOM_MIN = 0.15;
  const ZOOM_MAX = 4;
  const RAND = 20;
  const FLAECHE_MIN = 200;
  // Below this size labels cannot be read: then the open step matters more than the whole.
  const LESBAR = 0.5;
  const STUFEN = {
    fehler: hf.text('Fehler'), warnung: hf.text('Warnung'), hinweis: hf.text('Hinweis'),
    neu: hf.text('Neu'), entfallen: hf.text('Entfallen'), geaendert: hf.text('Geändert'), verschoben: hf.text('Verschoben'),
  };

  // Tools write UTF-16 and ISO-8859-1 as well; response.text() would take every file for UTF-8.
  function decode(buffer) {
    const bytes = new Uint8Array(buffer);
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(buffer);
    if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(buffer);
    const head = new TextDecoder('latin1').decode(bytes.slice(0, 200));
    const declared = /^[^<]*<\?xml[^>]*encoding=["']([\w.-]+)["']/.exec(head);
    let decoder;
    try {
      decoder = new TextDecoder(declared ? declared[1] : 'utf-8');
    } catch {
      decoder = new TextDecoder('utf-8');
    }
    return decoder.decode(buffer);
  }

  function create(tag, className, text) {
    const node = document.createElement(tag);
    node.className = className;
    if (text) node.textContent = text;
    return node;
  }

  class Diagramm {
    constructor(root) {
      this.root = root;
      this.area = root.querySelector('[data-diagramm-flaeche]');
      this.message = root.querySelector('[data-diagramm-meldung]');
      this.hier = JSON.parse(root.dataset.hier || '[]');
      this.befunde = JSON.parse(root.dataset.befunde || '[]');
      this.elementOf = new Map();
      this.fitted = true;
    }

    async start() {
      const slow = setTimeout(() => this.say(hf.text('Das Diagramm wird geladen …')), 300);
      try {
        const xml = await this.load();
        await this.draw(xml);
        this.say('');
      } catch (error) {
        this.fail(error);
      } finally {
        clearTimeout(slow);
      }
    }

    async load() {
      const answer = await fetch(this.root.dataset.url, { credentials: 'same-origin' });
      if (!answer.ok) throw new Error('laden');
      return decode(await answer.arrayBuffer());
    }

    async draw(xml) {
      this.root.dataset.zustand = 'bereit';
      this.viewer = new window.BpmnJS({ container: this.area, zoomScroll: { enabled: false } });
      await this.viewer.importXML(xml);
      await this.openDiagram(this.root.dataset.prozess);
      this.canvas = this.viewer.get('canvas');
      this.registry = this.viewer.get('elementRegistry');
      this.describe();
      this.shrink();
      this.fit();
      this.markHier();
      this.markBefunde();
      if (this.firstHier && this.canvas.zoom() < LESBAR) this.zoomTo(this.firstHier, 0.8);
      this.connect();
      this.declutter();
    }

    // A file may hold several drawings; show the one with the process that this page is about.
    async openDiagram(prozessId) {
      const diagrams = this.viewer.getDefinitions().diagrams || [];
      const wanted = diagrams.find((diagram) => {
        const shown = diagram.plane && diagram.plane.bpmnElement;
        if (!shown || !prozessId) return false;
        const pools = shown.participants || [];
        return shown.id === prozessId || pools.some((pool) => pool.processRef && pool.processRef.id === prozessId);
      });
      if (wanted && wanted !== diagrams[0]) await this.viewer.open(wanted);
    }

    describe() {
      const svg = this.area.querySelector('.djs-container > svg');
      svg.setAttribute('role', 'img');
      svg.setAttribute('aria-label', this.area.dataset.beschriftung);
    }

    // A wide drawing leaves no empty room above and below it.
    shrink() {
      const { inner, outer } = this.canvas.viewbox();
      if (!inner.width || !outer.width) return;
      const needed = inner.height * Math.min(1, (outer.width - 2 * RAND) / inner.width) + 2 * RAND;
      if (needed >= outer.height) return;
      this.area.style.height = `${Math.max(FLAECHE_MIN, Math.ceil(needed))}px`;
      this.canvas.resized();
    }

    fit() {
      const { inner, outer } = this.canvas.viewbox();
      if (!inner.width || !outer.width) return;
      const scale = Math.min(1, (outer.width - 2 * RAND) / inner.width, (outer.height - 2 * RAND) / inner.height);
      this.canvas.viewbox({
        x: inner.x + inner.width / 2 - outer.width / scale / 2,
        y: inner.y + inner.height / 2 - outer.height / scale / 2,
        width: outer.width / scale,
        height: outer.height / scale,
      });
      this.fitted = true;
    }

    zoomBy(factor, at) {
      const next = Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, this.canvas.zoom() * factor));
      this.canvas.zoom(next, at || 'auto');
      this.fitted = false;
    }

    // An element inside a collapsed sub-process is not drawn here: its sub-process stands for it. A step that the check
    // put before a gateway (its id with two underscores and a word) is not drawn either: the gateway stands for it.
    visible(id) {
      let element = this.registry.get(id) || this.registry.get(String(id).replace(/__[a-z0-9_]+$/, ''));
      if (!element) return null;
      const root = this.canvas.getRootElement();
      for (let i = 0; i < 20 && this.canvas.findRoot(element) !== root; i += 1) {
        const plane = this.canvas.findRoot(element);
        const parent = plane && this.registry.get(plane.id.replace(/_plane$/, ''));
        if (!parent || parent === element) return null;
        element = parent;
      }
      return element;
    }

    markHier() {
      const shown = new Set(this.hier.map((id) => this.visible(id)).filter((element) => element && !element.waypoints));
      shown.forEach((element) => {
        this.canvas.addMarker(element, 'diagramm-hier');
        this.overlay(element, create('div', 'diagramm__hier', hf.text('hier')), { top: -11, left: 6 }, { min: 0.7, max: 1.2 });
      });
      this.firstHier = [...shown][0];
      const button = this.root.querySelector('[data-diagramm-zoom="hier"]');
      if (button) button.hidden = !this.firstHier;
    }

    markBefunde() {
      const groups = new Map();
      this.befunde.forEach((befund) => {
        const element = this.visible(befund.element);
        if (element) groups.set(element, [...(groups.get(element) || []), befund]);
      });
      groups.forEach((befunde, element) => {
        const box = create('div', 'diagramm__marken');
        befunde.forEach((befund) => box.append(this.mark(befund, element)));
        const worst = Object.keys(STUFEN).find((stufe) => befunde.some((befund) => befund.stufe === stufe));
        this.canvas.addMarker(element, `diagramm-befund-${worst}`);
        this.overlay(element, box, this.corner(element));
      });
    }

    corner(element) {
      if (!element.waypoints) return element.width > 60 ? { bottom: 8, left: 0 } : { top: -16, left: -12 };
      const middle = element.waypoints[Math.floor((element.waypoints.length - 1) / 2)];
      const left = Math.min(...element.waypoints.map((point) => point.x));
      const top = Math.min(...element.waypoints.map((point) => point.y));
      return { top: middle.y - top, left: middle.x - left };
    }

    mark(befund, element) {
      const button = create('button', `diagramm__marke diagramm__marke--${befund.stufe}`, String(befund.nr));
      button.type = 'button';
      button.dataset.nr = befund.nr;
      button.setAttribute('aria-label', hf.text('%(stufe)s %(nummer)s: zum Text in der Liste', { stufe: STUFEN[befund.stufe], nummer: befund.nr }));
      this.elementOf.set(button, element);
      button.addEventListener('click', () => this.toList(befund.nr));
      button.addEventListener('focus', () => this.show(element));
      return button;
    }

    overlay(element, html, position, scale = false) {
      this.viewer.get('overlays').add(element, { html, position, scale, show: { minZoom: 0, maxZoom: 99 } });
    }

    show(element) {
      this.canvas.scrollToElement(element, 60);
      this.fitted = false;
    }

    toList(nr) {
      const entry = document.getElementById(`befund-${nr}`);
      if (!entry) return;
      this.emphasise(nr);
      entry.focus({ preventScroll: true });
      entry.scrollIntoView({ block: 'nearest' });
    }

    toMark(nr) {
      const button = this.area.querySelector(`.diagramm__marke[data-nr="${nr}"]`);
      if (!button) return;
      this.emphasise(nr);
      this.root.scrollIntoView({ block: 'nearest' });
      const hidden = button.classList.contains('diagramm__marke--verdeckt');
      if (hidden || this.canvas.zoom() < LESBAR) this.zoomTo(this.elementOf.get(button));
      this.declutter(button);
      button.focus();
    }

    // Marks keep their size when the drawing shrinks; where two would lie upon each other the graver one stays.
    declutter(first) {
      const buttons = [...this.area.querySelectorAll('.diagramm__marke')];
      if (first instanceof Element) buttons.sort((a, b) => (b === first) - (a === first));
      const boxes = buttons.map((button) => button.getBoundingClientRect());
      const shown = [...this.area.querySelectorAll('.bjs-powered-by')].map((logo) => logo.getBoundingClientRect());
      buttons.forEach((button, index) => {
        const box = boxes[index];
        const hidden = shown.some((other) => box.left < other.right && other.left < box.right
          && box.top < other.bottom && other.top < box.bottom);
        button.classList.toggle('diagramm__marke--verdeckt', hidden);
        if (!hidden) shown.push(box);
      });
    }

    zoomTo(element, scale = 1) {
      const { outer } = this.canvas.viewbox();
      const middle = element.waypoints
        ? element.waypoints[0]
        : { x: element.x + element.width / 2, y: element.y + element.height / 2 };
      const width = outer.width / scale;
      const height = outer.height / scale;
      this.canvas.viewbox({ x: middle.x - width / 2, y: middle.y - height / 2, width, height });
      this.fitted = false;
    }

    emphasise(nr) {
      document.querySelectorAll('.ist-gewaehlt').forEach((node) => node.classList.remove('ist-gewaehlt'));
      document.querySelectorAll(`#befund-${nr}, .diagramm__marke[data-nr="${nr}"]`).forEach((node) => {
        node.classList.add('ist-gewaehlt');
      });
    }

    connect() {
      this.root.addEventListener('click', (event) => {
        const button = event.target.closest('[data-diagramm-zoom]');
        if (button) this.zoomed(button.dataset.diagrammZoom);
      });
      document.addEventListener('click', (event) => {
        const link = event.target.closest('[data-befund-zeigen]');
        if (link) this.toMark(link.dataset.befundZeigen);
      });
      document.querySelectorAll('[data-befund-zeigen]').forEach((button) => {
        if (this.area.querySelector(`.diagramm__marke[data-nr="${button.dataset.befundZeigen}"]`)) button.hidden = false;
      });
      this.area.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
      this.area.addEventListener('mousedown', () => { this.fitted = false; });
      this.viewer.get('eventBus').on('canvas.viewbox.changed', () => this.soon(() => this.declutter()));
      new ResizeObserver(() => this.resized()).observe(this.area);
      const svg = this.root.querySelector('[data-diagramm-svg]');
      if (svg) svg.addEventListener('click', () => this.saveSvg(svg.dataset.diagrammSvg));
      this.root.querySelectorAll('[data-diagramm-zoom], [data-diagramm-svg]').forEach((button) => { button.disabled = false; });
    }

    async saveSvg(name) {
      const { svg } = await this.viewer.saveSVG();
      const link = create('a', '');
      link.href = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    }

    zoomed(what) {
      if (what === 'groesser') this.zoomBy(ZOOM_STEP);
      if (what === 'kleiner') this.zoomBy(1 / ZOOM_STEP);
      if (what === 'ganz') this.fit();
      if (what === 'hier' && this.firstHier) this.zoomTo(this.firstHier);
    }

    // The wheel alone scrolls the page: a drawing must not swallow it.
    wheel(event) {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = this.area.getBoundingClientRect();
      const at = { x: event.clientX - box.left, y: event.clientY - box.top };
      this.zoomBy(event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP, at);
    }

    resized() {
      if (!this.area.clientWidth) return;
      this.canvas.resized();
      if (this.fitted) this.fit();
    }

    soon(work) {
      if (this.planned) return;
      this.planned = requestAnimationFrame(() => { this.planned = 0; work(); });
    }

    say(text) {
      this.message.textContent = text;
      this.message.hidden = !text;
    }

    fail(error) {
      const noDrawing = /no diagram|no process or collaboration/i.test(error.message);
      const reason = error.message === 'laden'
        ? hf.text('Diagramm nicht darstellbar: Die Zeichnung war nicht zu laden.')
        : noDrawing
          ? hf.text('Diagramm nicht darstellbar: Die Datei enthält keine Lage der Elemente.')
          : hf.text('Diagramm nicht darstellbar: Die Zeichnung ist so nicht lesbar.');
      this.root.dataset.zustand = 'ohne';
      if (this.viewer) this.viewer.destroy();
      this.say(reason + ' ' + hf.text('Die Schrittliste zeigt denselben Ablauf.'));
    }
  }

  function init(scope) {
    scope.querySelectorAll('[data-diagramm]').forEach((root) => {
      if (root.dataset.zustand) return;
      root.dataset.zustand = 'laedt';
      new Diagramm(root).start();
    });
  }

  init(document);
  document.addEventListener('htmx:load', (event) => init(event.target));
})();
