"use strict";

// A form marked data-once is sent once: a double click must not take a step twice.
// The button is disabled after the browser has built the request, so its own value is still sent.
(() => {
  const lock = (form, locked) => {
    form.dataset.sent = locked ? "yes" : "";
    for (const button of form.querySelectorAll("button[type=submit]")) {
      button.disabled = locked;
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]") || event.defaultPrevented) {
      return;
    }
    if (form.dataset.sent === "yes") {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(() => lock(form, true));
  });

  // Back from the next page: the browser may show the page as it was left, buttons locked.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-once]")) {
      lock(form, false);
    }
  });
})();
