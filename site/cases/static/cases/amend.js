/* The amendment of an interview: what was typed there too late is put into its fields, to be looked at and
   stored with the reason. What has no field here is listed, and stays. */

import { inWords, restore, values } from "./blocks.js";
import { draftAt, showLeftover } from "./leftover.js";

const form = document.getElementById("interview");
const store = draftAt(form.dataset.draft);
const kept = store.read();
const taken = { draft: [], rows: [] };

function take(entry) {
    const block = form.querySelector(`[data-block="${entry.prefix}"]`);
    if (!block) return false;
    const before = Object.keys(entry.values).filter((name) => entry.values[name] !== entry.base[name] && block.querySelector(`[name="${name}"]`)).map((name) => inWords(block, name)[1]);
    const { filled } = restore(block, entry);
    const now = values(block);
    if (filled.some((name) => now[name] !== entry.values[name])) return false; // no longer on offer
    if (!filled.length) return true;
    const note = document.createElement("p");
    note.className = "talk__taken";
    note.textContent = form.dataset.taken.replace("%s", before.join(", "));
    block.append(note);
    block.hidden = false;
    block.closest("details")?.setAttribute("open", "");
    return true;
}

const fresh = !form.dataset.sent; // else the page holds what was just sent, and why it was refused
if (fresh) {
    const full = new Set(); // an empty row takes one of those that were finished
    for (const [number, row] of kept.rows.entries()) {
        if (full.has(row.prefix) || !take(row)) continue;
        full.add(row.prefix);
        taken.rows.push(number);
    }
    for (const [prefix, entry] of Object.entries(kept.draft)) {
        if (full.has(prefix) || !take({ prefix, ...entry })) continue;
        taken.draft.push(prefix);
    }
    const left = {
        rows: kept.rows.filter((_row, number) => !taken.rows.includes(number)),
        draft: Object.fromEntries(Object.entries(kept.draft).filter(([prefix]) => !taken.draft.includes(prefix))),
    };
    showLeftover({}, left);
    form.querySelector(".talk__taken")?.scrollIntoView({ block: "center" });
    form.addEventListener("submit", () => store.write({ ...kept, taken }));
}
