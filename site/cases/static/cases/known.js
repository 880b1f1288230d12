/* "Perhaps already known", while a name is typed. What it may show the server decides. */

import { token } from "./blocks.js";

export function askWhoIsKnown(form) {
    const url = form.dataset.knownUrl;
    if (!url) return;
    let timer = null;
    form.addEventListener("input", (event) => {
        const row = event.target.closest("[data-person-row]");
        const place = row?.querySelector("[data-known]");
        if (!place || !/(family_name|given_names|birth)$/.test(event.target.name)) return;
        clearTimeout(timer);
        timer = setTimeout(() => ask(row, place), 300);
    });

    async function ask(row, place) {
        const value = (name) => row.querySelector(`[name$="${name}"]`)?.value.trim() || "";
        if (value("family_name").length < 2 || value("given_names").length < 2) return place.replaceChildren();
        const body = new FormData();
        body.append("family_name", value("family_name"));
        body.append("given_names", value("given_names"));
        body.append("birth", value("birth"));
        body.append("birth_date", value("birth"));
        let told;
        try {
            const response = await fetch(url, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token(form) }, redirect: "manual", cache: "no-store" });
            if (!response.ok) return;
            told = await response.json();
        } catch {
            return; // a hint, and nothing else
        }
        const found = told.known || told.persons || told.results || [];
        place.replaceChildren(...(found.length ? [form.dataset.known, ...found.map((each) => offered(row, place, each))] : []));
    }

    function offered(row, place, each) {
        const line = document.createElement("p");
        const link = document.createElement("a");
        link.href = each.url || "#";
        link.target = "_blank";
        link.textContent = each.name || each.reference || each.label;
        line.append(link, " ", each.why || "");
        const chosen = row.querySelector('[name$="-person"]');
        const pk = each.pk ?? each.id;
        if (chosen && pk && form.dataset.take) {
            const button = document.createElement("button");
            button.type = "button";
            button.className = "button button-small button-secondary";
            button.textContent = form.dataset.take;
            button.addEventListener("click", () => {
                chosen.value = pk;
                place.replaceChildren();
                row.dispatchEvent(new Event("talk:row", { bubbles: true }));
            });
            line.append(" ", button);
        }
        return line;
    }
}

for (const form of document.querySelectorAll(".walk-in")) askWhoIsKnown(form);
