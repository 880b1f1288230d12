/* What was typed into an interview that had ended meanwhile: it stays in this browser until its owner
   has taken it over into an amendment, or thrown it away. */

/** The unsaved typing of one person in one interview, as this browser keeps it. */
export function draftAt(name) {
    const key = `interview:${name}`;
    return {
        read() {
            const nothing = { draft: {}, rows: [] };
            try {
                return { ...nothing, ...JSON.parse(localStorage.getItem(key)) };
            } catch {
                return nothing;
            }
        },
        write(kept) {
            try {
                if (kept.rows.length || Object.keys(kept.draft).length) localStorage.setItem(key, JSON.stringify(kept));
                else localStorage.removeItem(key);
            } catch {
                // No room or no permission: the form itself still holds everything.
            }
        },
    };
}

const place = document.getElementById("leftover");
const part = (name) => place.querySelector(`[data-leftover=${name}]`);

/** Show what is kept, or only why nothing is stored any more. `told`: the server's refusal. */
export function showLeftover(told = {}, kept = draftAt(place.dataset.draft).read()) {
    const lines = [...kept.rows, ...Object.values(kept.draft)].flatMap((each) => each.words ?? []);
    part("refused").textContent = told.refused ?? "";
    place.querySelector("h3").textContent = lines.length ? place.dataset.heading : place.dataset.ended;
    part("about").hidden = !lines.length;
    part("list").replaceChildren(...lines.map(([label, value]) => {
        const line = document.createElement("div");
        line.append(Object.assign(document.createElement("dt"), { textContent: label }), Object.assign(document.createElement("dd"), { textContent: value }));
        return line;
    }));
    for (const name of ["copy", "drop"]) part(name).hidden = !lines.length;
    if (part("amend")) {
        if (told.amend) part("amend").href = told.amend;
        part("amend").hidden = !lines.length || !part("amend").getAttribute("href");
    }
    place.hidden = !lines.length && !told.refused;
    if (told.refused) place.focus();
}

function wire() {
    const store = draftAt(place.dataset.draft);
    part("drop").addEventListener("click", () => {
        store.write({ draft: {}, rows: [] });
        place.hidden = true;
    });
    part("copy").addEventListener("click", async () => {
        const text = [...part("list").children].map((line) => `${line.firstChild.textContent}: ${line.lastChild.textContent}`).join("\n");
        try {
            await navigator.clipboard.writeText(text);
            part("status").textContent = place.dataset.copied;
        } catch {
            getSelection().selectAllChildren(part("list"));
            part("status").textContent = place.dataset.select;
        }
    });
    if (document.getElementById("interview")) return; // there the interview or its amendment decides
    const kept = store.read();
    if (location.hash === "#amended") forget(kept, store);
    showLeftover({}, kept);
}

/** What the amendment has stored is no longer kept here. */
function forget(kept, store) {
    for (const prefix of kept.taken?.draft ?? []) delete kept.draft[prefix];
    kept.rows = kept.rows.filter((_row, number) => !kept.taken?.rows.includes(number));
    delete kept.taken;
    store.write(kept);
}

if (place) wire();
