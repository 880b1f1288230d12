// Follows a running import and reloads the page when it is through. Without JavaScript there is a
// link to reload it.
(() => {
  const box = document.querySelector("[data-progress-url]");
  if (!box) return;
  const bar = box.querySelector("progress");
  const text = box.querySelector("[data-progress-text]");
  const follow = async () => {
    try {
      const answer = await fetch(box.dataset.progressUrl, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return window.location.reload();
      const now = await answer.json();
      if (now.state !== box.dataset.progressState) return window.location.reload();
      if (now.total) {
        bar.max = now.total;
        bar.value = now.done;
        text.textContent = `${now.done} / ${now.total}`;
      }
    } catch {
      // The connection is away for a moment; the next round asks again.
    }
    window.setTimeout(follow, 1500);
  };
  window.setTimeout(follow, 1000);
})();
