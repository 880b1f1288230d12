/* Says in words when a passkey or key did not work, and prints the recovery codes. */
(() => {
    const script = document.currentScript;

    document.addEventListener("allauth.error", (event) => {
        event.preventDefault();
        const note = document.getElementById("fehler");
        note.textContent = script.dataset.keyFailed;
        note.hidden = false;
        note.scrollIntoView({ block: "nearest" });
    });

    for (const button of document.querySelectorAll("[data-print]")) {
        button.addEventListener("click", () => window.print());
    }
})();
