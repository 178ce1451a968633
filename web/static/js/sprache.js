/* Texts of the scripts: hf.text("… %(name)s", {name: …}) in the language of the page. German is the text itself;
   other languages come as window.hfWorte. The values are not markup: put the result into textContent. */
(function () {
  "use strict";
  const words = window.hfWorte || {};
  window.hf = {
    text(german, values) {
      const text = words[german] || german;
      return values ? text.replace(/%\((\w+)\)s/g, (place, name) => (name in values ? String(values[name]) : place)) : text;
    },
  };
})();
