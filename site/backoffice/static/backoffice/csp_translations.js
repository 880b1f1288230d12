/* What wagtail-localize writes inline: ticking all languages, and the choosers' addresses. */
(() => {
    const { imageChooser, documentChooser, pageChooser } = document.currentScript.dataset;
    if (pageChooser) window.chooserUrls ??= { imageChooser, documentChooser, pageChooser };

    document.addEventListener("DOMContentLoaded", () => {
        const all = document.querySelector('[name="select_all"]');
        all?.addEventListener("change", () => {
            for (const box of document.querySelectorAll('[name="locales"]')) box.checked = all.checked;
        });
    });
})();
