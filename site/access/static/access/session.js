/* Keeps a person signed in while they write, and says so before the session ends.
   Nobody who talks with a family for forty minutes shall lose the half-filled form. */
(() => {
    const { reportUrl, idleSeconds, idleText, endText, goneText, stayLabel } = document.currentScript.dataset;
    const REPORT_EVERY = 60_000;
    const WARN_BEFORE = 180_000;
    const idle = Number(idleSeconds) * 1000;

    let active = Date.now();
    let reported = active;
    let end = Infinity;
    let gone = false;
    let banner = null;

    // Work in one tab keeps the others signed in too.
    const tabs = new BroadcastChannel("session");
    tabs.addEventListener("message", (event) => {
        reported = active = Math.max(active, event.data);
    });

    function show(text, withButton) {
        if (banner?.dataset.text === text) return;
        banner?.remove();
        banner = document.createElement("div");
        banner.className = "session-end";
        banner.dataset.text = text;
        banner.setAttribute("role", "alert");
        banner.append(text);
        if (withButton) {
            const button = document.createElement("button");
            button.type = "button";
            button.className = "button button-small";
            button.textContent = stayLabel;
            button.addEventListener("click", () => {
                active = Date.now();
                report();
            });
            banner.append(" ", button);
        }
        document.body.append(banner);
    }

    async function report() {
        reported = Date.now();
        tabs.postMessage(reported);
        try {
            const response = await fetch(reportUrl, { redirect: "manual", cache: "no-store" });
            gone = !response.ok;
            if (response.ok) end = Date.now() + (await response.json()).ends_in * 1000;
        } catch {
            return; // No network: the next turn tries again.
        }
        look();
    }

    function look() {
        const now = Date.now();
        if (gone || now - active > idle) show(goneText, false);
        else if (end - now < WARN_BEFORE) show(endText, false);
        else if (idle - (now - active) < WARN_BEFORE) show(idleText, true);
        else {
            banner?.remove();
            banner = null;
        }
    }

    for (const kind of ["input", "keydown", "pointerdown"]) {
        document.addEventListener(kind, () => {
            active = Date.now();
            if (!gone && active - reported > REPORT_EVERY) report();
        }, { capture: true, passive: true });
    }
    setInterval(() => {
        if (!gone && active > reported) report();
        else look();
    }, REPORT_EVERY / 4);
})();
