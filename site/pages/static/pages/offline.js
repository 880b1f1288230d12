// Says when there is no network, and asks the browser to keep the portal's most needed pages.
"use strict";

(() => {
  const note = document.querySelector(".portal-offline");
  const tell = () => {
    if (note) note.hidden = navigator.onLine;
  };
  addEventListener("online", tell);
  addEventListener("offline", tell);
  tell();

  if (!("serviceWorker" in navigator)) return;
  addEventListener("load", async () => {
    try {
      await navigator.serviceWorker.register("/offline-worker.js");
      const { active } = await navigator.serviceWorker.ready;
      const files = performance.getEntriesByType("resource").map((entry) => entry.name);
      active.postMessage({ language: document.documentElement.lang, files });
    } catch {
      // Without a network, or in a private window: the page works all the same.
    }
  });
})();
