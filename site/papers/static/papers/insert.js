// Enhances the list of placeholders beside the editor: a click puts one where the cursor is.
document.addEventListener("DOMContentLoaded", () => {
  for (const list of document.querySelectorAll("[data-papers-insert]")) {
    const target = document.getElementById(list.dataset.papersInsert);
    if (!target) continue;
    for (const code of list.querySelectorAll("code")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "papers-placeholders__insert";
      button.textContent = code.textContent;
      button.setAttribute("aria-label", `${code.textContent} einfügen`);
      button.addEventListener("click", () => {
        target.setRangeText(code.textContent, target.selectionStart, target.selectionEnd, "end");
        target.dispatchEvent(new Event("input", { bubbles: true }));
        target.focus();
      });
      code.replaceWith(button);
    }
  }
});
