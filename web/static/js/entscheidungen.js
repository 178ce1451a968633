// Shows a decision model with dmn-js, or edits it. The tables are in the page as text already: nothing is lost without.
(function () {
  'use strict';

  const ARTEN = { drd: 'Übersicht', decisionTable: 'Tabelle', literalExpression: 'Ausdruck', boxedExpression: 'Ausdruck' };

  // Words of dmn-js that people see; what is not listed stays English.
  const WORTE = {
    'View DRD': 'Zur Übersicht', 'Hit policy:': 'Trefferregel:', 'Hit policy': 'Trefferregel', When: 'Wenn', And: 'Und',
    Then: 'Dann', Annotation: 'Anmerkung', Annotations: 'Anmerkungen', 'Add rule': 'Zeile anfügen',
    'Add rule above': 'Zeile darüber einfügen', 'Add rule below': 'Zeile darunter einfügen', 'Copy rule': 'Zeile kopieren',
    'Cut rule': 'Zeile ausschneiden', 'Remove rule': 'Zeile löschen', 'Move rule': 'Zeile verschieben',
    'Paste rule above': 'Zeile darüber einsetzen', 'Paste rule below': 'Zeile darunter einsetzen',
    'Add input': 'Eingang anfügen', 'Add output': 'Ausgang anfügen', 'Edit input': 'Eingang ändern',
    'Edit output': 'Ausgang ändern', 'Add input column left': 'Eingang links einfügen',
    'Add input column right': 'Eingang rechts einfügen', 'Add output column left': 'Ausgang links einfügen',
    'Add output column right': 'Ausgang rechts einfügen', 'Remove input column': 'Eingang löschen',
    'Remove output column': 'Ausgang löschen', 'Copy input column': 'Eingang kopieren',
    'Copy output column': 'Ausgang kopieren', 'Cut input column': 'Eingang ausschneiden',
    'Cut output column': 'Ausgang ausschneiden', Input: 'Eingang', Output: 'Ausgang', 'Input label': 'Bezeichnung des Eingangs',
    'Output label': 'Bezeichnung des Ausgangs', 'Output name': 'Name des Ausgangs', 'Input type': 'Art des Eingangs',
    'Output type': 'Art des Ausgangs', Expression: 'Ausdruck', 'Input expression': 'Ausdruck des Eingangs',
    'Expression language': 'Sprache', 'Expression language:': 'Sprache:', 'Predefined values': 'Mögliche Werte',
    'Add predefined values': 'Mögliche Werte festlegen', 'Add values': 'Werte anfügen', 'No values': 'Keine Werte',
    'Clear predefined values': 'Mögliche Werte entfernen', 'Edit string': 'Text ändern', 'Edit number': 'Zahl ändern',
    'Edit boolean': 'Ja oder nein ändern', 'Edit date': 'Datum ändern', 'Edit time': 'Uhrzeit ändern',
    'Add cell description': 'Beschreibung anfügen', 'Remove cell description': 'Beschreibung löschen',
    'Enter expression': 'Ausdruck eingeben', 'Match one': 'Einer davon', 'Match none': 'Keiner davon', Yes: 'Ja', No: 'Nein',
    'Decision name': 'Name der Entscheidung', 'Definition name': 'Name des Modells', 'Definition ID': 'Kennung des Modells',
    Range: 'Bereich', Comparison: 'Vergleich', Exactly: 'Genau', Before: 'Vor', After: 'Nach', Between: 'Zwischen',
    '"value"': '"Wert"', '"value", "value", ...': '"Wert", "Wert", …', 'e.g. { example } ': 'z. B. { Beispiel } ',
    'e.g. { sample }': 'z. B. { Beispiel }', Unique: 'Eindeutig', First: 'Erste', Priority: 'Priorität', Any: 'Beliebig',
    Collect: 'Sammeln', 'Collect (Sum)': 'Sammeln (Summe)', 'Collect (Min)': 'Sammeln (kleinster Wert)',
    'Collect (Max)': 'Sammeln (größter Wert)', 'Collect (Count)': 'Sammeln (Anzahl)', 'Rule order': 'Reihenfolge der Zeilen',
    'Output order': 'Reihenfolge der Ausgaben', 'Move Input': 'Eingang verschieben', 'Move Output': 'Ausgang verschieben',
    'Move Rule': 'Zeile verschieben',
    'No overlap is possible and all rules are disjoint. Only a single rule can be matched': 'Höchstens eine Zeile trifft zu',
    'Rules may overlap. The first matching rule will be chosen': 'Die oberste Zeile, die zutrifft, gilt',
    'Rules may overlap. The one with the highest priority will be chosen': 'Von den Zeilen, die zutreffen, gilt die mit der höchsten Priorität',
    'Rules may overlap. Their output have to match': 'Zeilen, die zutreffen, haben dasselbe Ergebnis',
    'Collects the values of all matching rules': 'Alle Zeilen, die zutreffen, gelten',
    'Collects the values of all matching rules and sums up to a single value': 'Summe aller Zeilen, die zutreffen',
    'Collects the values of all matching rules and uses the lowest value': 'Kleinster Wert aller Zeilen, die zutreffen',
    'Collects the values of all matching rules and uses the highest value': 'Größter Wert aller Zeilen, die zutreffen',
    'Collects the values of all matching rules and counts the number of them': 'Anzahl der Zeilen, die zutreffen',
    'Collects the values of all matching rules in rule order': 'Alle Zeilen, die zutreffen, von oben nach unten',
    'Collects the values of all matching rules in decreasing output priority order': 'Alle Zeilen, die zutreffen, nach Priorität ihrer Ergebnisse',
    'Activate hand tool': 'Fläche verschieben', 'Activate lasso tool': 'Mehrere auswählen', 'Add parameter': 'Parameter anfügen',
    'Add text annotation': 'Anmerkung anfügen', 'Append business knowledge model': 'Wissensmodell anfügen',
    'Append decision': 'Entscheidung anfügen', 'Append input data': 'Eingabe anfügen',
    'Append knowledge source': 'Quelle anfügen', 'Create decision': 'Entscheidung anlegen',
    'Create input data': 'Eingabe anlegen', 'Create knowledge model': 'Wissensmodell anlegen',
    'Create knowledge source': 'Quelle anlegen', 'Connect to other element': 'Mit anderem Element verbinden',
    'Change cell expression language': 'Sprache der Zelle ändern', 'Change type': 'Art ändern', Empty: 'Leer',
    'Decision table': 'Entscheidungstabelle', 'Literal expression': 'Ausdruck', 'Literal Expression': 'Ausdruck',
    'Literal expression editor': 'Ausdruck bearbeiten', 'Open decision table': 'Tabelle öffnen',
    'Open literal expression': 'Ausdruck öffnen', 'Decision table context menu': 'Menü der Entscheidungstabelle',
    'Remove item': 'Eintrag löschen', 'Boolean value': 'Ja oder nein', 'Comparison operator': 'Vergleich',
    'Custom values': 'Eigene Werte', Date: 'Datum', 'Date and time': 'Datum und Uhrzeit', 'Date value': 'Datum',
    'Date and time value': 'Datum und Uhrzeit', 'Decision name: ': 'Name der Entscheidung: ', Delete: 'Löschen', Edit: 'Ändern',
    'Duration value': 'Dauer', 'Edit date and time': 'Datum und Uhrzeit ändern', 'Edit duration': 'Dauer ändern',
    'Edit end date': 'Enddatum ändern', 'Edit end date and time': 'Ende ändern', 'Edit end time': 'Endzeit ändern',
    'Edit start date': 'Anfangsdatum ändern', 'Edit start date and time': 'Anfang ändern',
    'Edit start time': 'Anfangszeit ändern', 'Edit formal parameters': 'Parameter ändern',
    'Edit function kind': 'Art der Funktion ändern', 'Element name': 'Name des Elements', Kind: 'Art', name: 'Name',
    'Editing not supported for set expression language': 'In dieser Sprache ist das Ändern nicht möglich',
    'Start date': 'Anfangsdatum', 'Start date and time': 'Anfang', 'Start time': 'Anfangszeit', 'Start value': 'Anfang',
    'End date': 'Enddatum', 'End date and time': 'Ende', 'End time': 'Endzeit', 'End value': 'Ende', Equals: 'Gleich',
    Exclude: 'Ohne', Include: 'Mit', 'Expression language: {expressionLanguageLabel}': 'Sprache: {expressionLanguageLabel}',
    'Function kind: {kind}': 'Art der Funktion: {kind}', Greater: 'Größer', 'Greater or equals': 'Größer oder gleich',
    Less: 'Kleiner', 'Less or equals': 'Kleiner oder gleich', 'Input expression: ': 'Ausdruck des Eingangs: ',
    'Input label: ': 'Bezeichnung des Eingangs: ', 'Output label: ': 'Bezeichnung des Ausgangs: ',
    'Output name: ': 'Name des Ausgangs: ', 'Input values': 'Werte des Eingangs', 'Output values': 'Werte des Ausgangs',
    'Paste input column left': 'Eingang links einsetzen', 'Paste input column right': 'Eingang rechts einsetzen',
    'Paste output column left': 'Ausgang links einsetzen', 'Paste output column right': 'Ausgang rechts einsetzen',
    'Range end operator': 'Ende des Bereichs: mit oder ohne', 'Range end value': 'Ende des Bereichs',
    'Range start operator': 'Anfang des Bereichs: mit oder ohne', 'Range start value': 'Anfang des Bereichs',
    'Remove parameter': 'Parameter löschen', Resize: 'Größe ändern', 'Search in diagram': 'In der Zeichnung suchen',
    'Set date': 'Datum setzen', 'Set date and time': 'Datum und Uhrzeit setzen', 'Set duration': 'Dauer setzen',
    'Set time': 'Uhrzeit setzen', 'Set value': 'Wert setzen', 'String value': 'Text', Time: 'Uhrzeit', 'Time value': 'Uhrzeit',
    'Strings must be in double quotes': 'Texte stehen in doppelten Anführungszeichen', 'Test type': 'Art der Prüfung',
    Type: 'Art', 'Use now': 'Jetzt', 'Use today': 'Heute', Value: 'Wert', Values: 'Werte', 'Variable name': 'Name der Variable',
    'Variable name:': 'Name der Variable:', 'Variable type': 'Art der Variable', 'Variable type:': 'Art der Variable:',
  };

  function translate(template, replacements = {}) {
    const text = Object.hasOwn(WORTE, template) ? WORTE[template] : template;
    return text.replace(/{([^}]+)}/g, (whole, key) => replacements[key] ?? whole);
  }

  const DEUTSCH = { additionalModules: [{ translate: ['value', translate] }] };

  class Modell {
    constructor(root) {
      this.root = root;
      this.area = root.querySelector('[data-dmn-flaeche]');
      this.bar = root.querySelector('[data-dmn-ansichten]');
      this.message = root.querySelector('[data-dmn-meldung]');
      this.field = document.getElementById(root.dataset.feld);
      // A refused change comes back unsaved.
      this.changed = 'dmnUngespeichert' in root.dataset;
      this.watched = new WeakSet();
    }

    async start() {
      try {
        const xml = this.field ? this.field.value : await this.load();
        this.editor = new window.DmnJS({
          container: this.area, drd: DEUTSCH, decisionTable: DEUTSCH, literalExpression: DEUTSCH, boxedExpression: DEUTSCH,
        });
        this.editor.on('views.changed', (event) => { this.list(event.views, event.activeView); this.watch(); });
        new MutationObserver(() => this.reachable()).observe(this.area, { childList: true, subtree: true });
        await this.editor.importXML(xml, { open: false });
        await this.openFirst();
        this.root.dataset.dmnStand = 'bereit';
      } catch {
        this.root.dataset.dmnStand = 'ohne';
        this.say('Zeichnung nicht darstellbar: Die Datei ist für die Anzeige nicht lesbar. Die Tabellen zeigen denselben Inhalt.');
      }
    }

    // Every view has a history of its own.
    watch() {
      const viewer = this.field && this.editor.getActiveViewer();
      if (!viewer || this.watched.has(viewer)) return;
      this.watched.add(viewer);
      viewer.on('commandStack.changed', () => { this.changed = true; });
    }

    warn(event) {
      if (this.field && this.changed && !this.saved) event.preventDefault();
    }

    async load() {
      const answer = await fetch(this.root.dataset.url, { credentials: 'same-origin' });
      if (!answer.ok) throw new Error('laden');
      return answer.text();
    }

    // Models without a drawn overview start with their first table.
    async openFirst() {
      const views = this.editor.getViews();
      const tables = views.filter((view) => view.type !== 'drd');
      const drawn = views.find((view) => view.type === 'drd' && (view.element.dmnDI || {}).diagrams);
      const first = (this.field || !drawn ? tables[0] : drawn) || views[0];
      await this.editor.open(first);
      this.fit(first);
    }

    list(views, active) {
      this.bar.replaceChildren(...views.map((view) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'dmn__knopf';
        button.textContent = view.type === 'drd' ? ARTEN.drd : `${ARTEN[view.type] || 'Ansicht'}: ${view.name || view.id}`;
        button.setAttribute('aria-pressed', String(Boolean(active) && active.id === view.id && active.type === view.type));
        button.addEventListener('click', () => this.editor.open(view).then(() => this.fit(view)));
        return button;
      }));
    }

    // The overview starts as a whole, but never larger than drawn.
    fit(view) {
      if (view && view.type === 'drd') this.editor.getActiveViewer().get('canvas').zoom('fit-viewport', 'auto');
    }

    // What scrolls must be reachable by keyboard.
    reachable() {
      this.area.querySelectorAll('.tjs-table-container:not([tabindex])').forEach((box) => { box.tabIndex = 0; });
      // dmn-js does not ask for these words.
      this.area.querySelectorAll('[title^="Move "]').forEach((part) => { part.title = translate(part.title); });
    }

    say(text) {
      this.message.textContent = text;
      this.message.hidden = !text;
    }

    async save(form) {
      const { xml } = await this.editor.saveXML({ format: true });
      this.field.value = xml;
      this.saved = true;
      form.submit();
    }
  }

  document.querySelectorAll('[data-dmn]').forEach((root) => {
    const modell = new Modell(root);
    modell.start();
    window.addEventListener('beforeunload', (event) => modell.warn(event));
    const form = document.querySelector('[data-dmn-speichern]');
    if (!form) return;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (root.dataset.dmnStand !== 'bereit') return;
      modell.save(form).catch(() => modell.say('Speichern nicht möglich: Das Modell enthält etwas, das nicht geschrieben werden kann. Nehmen Sie die letzte Änderung zurück (Strg+Z).'));
    });
  });
})();
