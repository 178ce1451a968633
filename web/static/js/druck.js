/* The button of a page for paper: without a script the menu of the browser prints. */
(function () {
  "use strict";
  document.querySelectorAll("[data-drucken]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => { window.print(); });
  });
})();
