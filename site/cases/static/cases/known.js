/* "Perhaps already known", while a name is typed. What it may show the server decides. */

import { token } from "./blocks.js";

export function askWhoIsKnown(form) {
    const url = form.dataset.knownUrl;
    if (!url) return;
    let timer = null;
    let running = null; // an answer to what was typed before must not come after that to what stands there
    form.addEventListener("input", (event) => {
        const row = event.target.closest("[data-person-row]");
        const place = row?.querySelector("[data-known]");
        if (!place || !/(family_name|given_names|birth)$/.test(event.target.name)) return;
        clearTimeout(timer);
        running?.abort();
        timer = setTimeout(() => ask(row, place), 300);
    });

    async function ask(row, place) {
        const value = (name) => row.querySelector(`[name$="${name}"]`)?.value.trim() || "";
        if (value("family_name").length < 2 || value("given_names").length < 2) return place.replaceChildren();
        const body = new FormData();
        body.append("family_name", value("family_name"));
        body.append("given_names", value("given_names"));
        body.append("birth_date", spelled(value("birth")));
        let told;
        running = new AbortController();
        try {
            const response = await fetch(url, { method: "POST", body, signal: running.signal, headers: { Accept: "application/json", "X-CSRFToken": token(form) }, redirect: "manual", cache: "no-store" });
            if (!response.ok) return;
            told = await response.json();
        } catch {
            return; // typed on meanwhile, or no connection: it is a hint, and nothing else
        }
        const found = told.known || [];
        place.replaceChildren(...(found.length ? [form.dataset.known, ...found.map((each) => offered(row, place, each))] : []));
    }

    function offered(row, place, each) {
        const line = document.createElement("p");
        const link = document.createElement("a");
        link.href = each.url || "#";
        link.target = "_blank";
        link.textContent = each.name;
        line.append(link, " ", [each.born, each.told, each.why].filter(Boolean).join(" · "));
        const chosen = row.querySelector('[type=hidden][name$="-person"]');
        const pk = /(\d+)\/?$/.exec(each.url || "")?.[1];
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

/** "01021990" as "01.02.1990"; anything else as it is. */
function spelled(typed) {
    const packed = /^(\d{2})(\d{2})(\d{4})$/.exec(typed);
    return packed ? packed.slice(1).join(".") : typed;
}

for (const form of document.querySelectorAll(".walk-in")) askWhoIsKnown(form);
