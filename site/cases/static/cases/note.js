"use strict";

// Ctrl+Enter (on a Mac: Cmd+Enter) sends the note from any of its fields.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest("form[data-note]");
    if (form) {
      event.preventDefault();
      form.requestSubmit();
    }
  }
});
