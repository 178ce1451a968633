// Upload: files can be dropped, and a file that is too large is named before it is sent.
(function () {
  'use strict';

  const MIB = 1024 * 1024;

  function size(bytes) {
    return `${(bytes / MIB).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} MiB`;
  }

  function start(form) {
    const zone = form.querySelector('[data-zone]');
    const input = form.querySelector('input[type="file"]');
    const message = form.querySelector('[data-meldung]');
    const limit = Number(form.dataset.grenzeMib) * MIB;

    function describe() {
      const files = [...input.files];
      const total = files.reduce((sum, file) => sum + file.size, 0);
      const tooLarge = total > limit;
      const names = files.map((file) => file.name).join(', ');
      const largest = files.reduce((most, file) => (!most || file.size > most.size ? file : most), null);
      input.setCustomValidity(tooLarge ? hf.text('Zu groß') : '');
      message.classList.toggle('hochladen__meldung--fehler', tooLarge);
      if (!files.length) message.textContent = '';
      else if (tooLarge) {
        message.textContent = hf.text(
          'Hochladen nicht möglich: Die Auswahl hat %(umfang)s, erlaubt sind %(grenze)s. Am größten ist %(datei)s (%(davon)s).',
          { umfang: size(total), grenze: size(limit), datei: largest.name, davon: size(largest.size) },
        );
        input.setCustomValidity(message.textContent);
      } else message.textContent = files.length > 1 ? hf.text('%(anzahl)s Dateien gewählt: %(namen)s', { anzahl: files.length, namen: names }) : '';
    }

    form.querySelector('[data-ziehen]').hidden = false;
    input.addEventListener('change', describe);
    zone.addEventListener('dragover', (event) => {
      event.preventDefault();
      zone.classList.add('hochladen__zone--aktiv');
    });
    zone.addEventListener('dragleave', () => zone.classList.remove('hochladen__zone--aktiv'));
    zone.addEventListener('drop', (event) => {
      event.preventDefault();
      zone.classList.remove('hochladen__zone--aktiv');
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      describe();
    });
    form.addEventListener('submit', () => { message.textContent = hf.text('Wird geprüft …'); });
  }

  document.querySelectorAll('[data-hochladen]').forEach(start);
})();
