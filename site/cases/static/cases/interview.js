/* An interview that cannot be lost: what is typed stays in this browser until the server has it, is
   sent by itself, block by block, and what a colleague enters meanwhile appears in the same form.
   Without this script the form is sent as any other. */

import { append, entryOf, fields, fill, hasContent, judgeConditions, prefixOf, restore, token, values, versionOf } from "./blocks.js";
import { draftAt, showLeftover } from "./leftover.js";
import { nextField, steer } from "./talk_keys.js";
import { pickDwellings } from "./dwellings.js";
import { askWhoIsKnown } from "./known.js";

const form = document.getElementById("interview");
const text = form.dataset;
const store = draftAt(text.draft);
const status = document.getElementById("talk-status");
const SOON = 600;
const LOOK_EVERY = 8_000;
const blocks = () => [...form.querySelectorAll("[data-block]")];
const block = (prefix) => form.querySelector(`[data-block="${prefix}"]`);

// What the server had when a block was last taken over: prefix → values.
const base = new Map(blocks().map((each) => [prefixOf(each), values(each)]));
let { draft, rows } = store.read(); // blocks as they stand, and rows that are finished and have not arrived
let sending = null;
let timer = null;
let delay = 4_000;
let ended = false;
let stale = false; // whether the server has blocks, or contents, that are not on this page

function keep() {
    form.toggleAttribute("data-unsaved", stale || rows.length > 0 || Object.keys(draft).length > 0);
    store.write({ draft, rows });
}

function note(each) {
    draft[prefixOf(each)] = entryOf(each, base.get(prefixOf(each)) ?? {});
}

function say(message, link) {
    status.replaceChildren(message);
    if (!link) return;
    const anchor = document.createElement("a");
    Object.assign(anchor, { href: text.signInUrl, target: "_blank", rel: "noopener", textContent: text.signIn });
    status.append(" ", anchor);
}

function soon(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(send, milliseconds);
}

form.addEventListener("input", (event) => {
    const changed = event.target.closest("[data-block]");
    if (!changed || !event.target.name || ended) return;
    note(changed);
    keep();
    judgeConditions(form);
    if ("new" in changed.dataset) return; // sent when the person is done with it, not while they type
    say(text.kept);
    soon(SOON);
});

// A row that makes a new record goes into the queue, and is empty at once for the next one.
form.addEventListener("talk:row", (event) => {
    finish(event.target);
    nextField(form, null, event.target)?.focus();
});

form.addEventListener("focusout", (event) => {
    const left = event.target.closest("[data-new]");
    if (left && event.relatedTarget && !left.contains(event.relatedTarget) && hasContent(left) && draft[prefixOf(left)]) finish(left);
});

function finish(row) {
    const prefix = prefixOf(row);
    rows.push({ prefix, ...entryOf(row, base.get(prefix) ?? {}) });
    delete draft[prefix];
    keep();
    show(row, null);
    for (const field of fields(row)) {
        if (field !== versionOf(row)) fill(row, field.name, base.get(prefix)[field.name] ?? "");
    }
    const whose = row.querySelector("select[name$='-person']"); // the next of the household
    if (whose) whose.selectedIndex = Math.min(whose.selectedIndex + 1, whose.options.length - 1);
    send();
}

// Sending --------------------------------------------------------------------------------------------
function later(message, link) {
    say(message, link);
    soon(delay);
    delay = Math.min(delay * 2, 60_000);
    return false;
}

/** Resolves to whether everything has arrived and is in order. One request at a time. */
async function send() {
    const before = sending;
    let settle;
    sending = new Promise((resolve) => { settle = resolve; });
    const mine = sending;
    await before;
    try {
        return await exchange();
    } finally {
        if (sending === mine) sending = null;
        settle();
    }
}

async function exchange() {
    clearTimeout(timer);
    let inOrder = true;
    while (rows.length && !ended) {
        const { prefix, values: typed } = rows[0];
        const body = new FormData();
        body.append(`${prefix}-version`, "0");
        for (const [name, value] of Object.entries(typed)) body.append(name, value);
        const told = await sent(body);
        if (!told) return false;
        rows.shift();
        keep();
        if (told.problems[prefix]) {
            inOrder = false;
            giveBack(prefix, typed, told.problems[prefix]);
        }
        take(told, new Map());
    }
    const wanted = blocks().filter((each) => draft[prefixOf(each)] && !("new" in each.dataset));
    if (!wanted.length || ended) {
        if (stale) await refresh();
        return inOrder && !ended && !form.querySelector(".block--faulty");
    }
    const body = new FormData();
    const content = new Map(wanted.map((each) => [prefixOf(each), values(each)]));
    wanted.forEach((each) => append(body, each));
    const told = await sent(body);
    if (!told) return false;
    const stored = take(told, content);
    if (stale) await refresh();
    return stored && inOrder;
}

async function sent(body) {
    say(text.sending);
    const told = await post(body);
    if (!told) return null;
    delay = 4_000;
    if (!told.refused) return told;
    over(told);
    return null;
}

/** The interview has ended elsewhere: what is still here is shown, and nothing of it thrown away. */
function over(told) {
    ended = true;
    say(told.refused);
    form.hidden = true;
    showLeftover(told);
}

/** A row that was refused comes back, unless the next one is already being typed: then it is told. */
function giveBack(prefix, typed, problem) {
    const row = block(prefix);
    const free = !hasContent(row);
    if (free) {
        for (const [name, value] of Object.entries(typed)) fill(row, name, value);
        note(row);
        keep();
    }
    show(row, free ? problem : [...problem, Object.values(typed).filter(Boolean).join(", ")]);
}

async function post(body, extra = {}) {
    let response;
    try {
        response = await fetch(location.pathname, {
            method: "POST",
            body,
            headers: { Accept: "application/json", "X-CSRFToken": token(form), ...extra },
            redirect: "manual",
            cache: "no-store",
            keepalive: document.visibilityState === "hidden",
        });
    } catch {
        return later(text.waiting);
    }
    if (response.type === "opaqueredirect" || [401, 403, 404].includes(response.status)) return later(text.signedOut, true);
    if (response.status >= 500 || response.status === 429) return later(text.waiting);
    try {
        return await response.json();
    } catch {
        return later(text.waiting);
    }
}

function take(told, content) {
    let faulty = false;
    stale ||= told.changed;
    for (const [prefix, typed] of content) {
        const each = block(prefix);
        if (!(prefix in told.versions)) { // somebody has taken the person or the line away
            delete draft[prefix];
            stale = true;
            continue;
        }
        const problem = told.problems[prefix];
        show(each, problem);
        faulty ||= Boolean(problem);
        const same = JSON.stringify(values(each)) === JSON.stringify(typed);
        if (!problem && same) delete draft[prefix];
        if (told.moved.includes(prefix)) stale = true;
        else if (!problem) {
            const before = versionOf(each).value;
            // Blocks of the same record: nobody else has saved it in between, so theirs moves along.
            const like = "shared" in each.dataset ? blocks().filter((other) => "shared" in other.dataset && versionOf(other).value === before) : [each];
            for (const other of like) versionOf(other).value = told.versions[prefix];
            base.set(prefix, typed);
            if (draft[prefix]) note(each);
        }
        if (problem && told.clashes.includes(prefix)) each.dataset.seen = "";
    }
    if (blocks().some((each) => draft[prefixOf(each)] && !("new" in each.dataset) && !each.classList.contains("block--faulty"))) soon(SOON);
    area(told.area);
    stale ||= Object.keys(told.versions).some((prefix) => !block(prefix));
    keep();
    say(faulty ? text.problems : `${text.saved} ${told.at}. ${text.count.replace("%a", told.answered).replace("%b", told.asked)}`);
    if (faulty) form.querySelector(".block--faulty").scrollIntoView({ block: "nearest" });
    return !faulty;
}

function show(each, problem) {
    const place = each.querySelector("[data-problem]");
    place.hidden = !problem;
    place.textContent = problem ? problem.join(" ") : "";
    each.classList.toggle("block--faulty", Boolean(problem));
}

function area(found) {
    const place = document.getElementById("talk-area");
    if (!place) return;
    place.hidden = !found;
    if (!found) return;
    place.dataset.standing = found.standing;
    for (const name of ["result", "reckoned", "rule"]) place.querySelector(`[data-area=${name}]`).textContent = found[name];
    place.querySelector("[data-area=ahead]").replaceChildren(...found.ahead.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
}

// Taking over what is new on the server ----------------------------------------------------------------
async function refresh() {
    let page;
    try {
        const response = await fetch(location.pathname, { redirect: "manual", cache: "no-store" });
        if (!response.ok) return;
        page = new DOMParser().parseFromString(await response.text(), "text/html");
    } catch {
        return;
    }
    let before = null;
    for (const fresh of page.querySelectorAll("[data-part]")) {
        let part = form.querySelector(`[data-part="${fresh.dataset.part}"]`);
        if (part) mergePart(part, fresh);
        else {
            part = document.importNode(fresh, true);
            before.after(part);
            part.querySelectorAll("[data-block]").forEach((each) => base.set(prefixOf(each), values(each)));
        }
        before = part;
    }
    for (const part of form.querySelectorAll("[data-part]")) {
        if (!page.querySelector(`[data-part="${part.dataset.part}"]`)) part.remove();
    }
    judgeConditions(form);
    stale = false;
    keep();
}

function mergePart(part, fresh) {
    const kept = new Set();
    let before = null;
    for (const newer of fresh.querySelectorAll("[data-block]")) {
        const prefix = prefixOf(newer);
        kept.add(prefix);
        let each = part.querySelector(`[data-block="${prefix}"]`);
        if (each) each = mergeBlock(each, newer);
        else {
            each = document.importNode(newer, true);
            const first = part.querySelector("[data-block]");
            if (before) before.after(each);
            else first.before(each);
            base.set(prefix, values(each));
        }
        before = each;
    }
    for (const each of part.querySelectorAll("[data-block]")) {
        if (!kept.has(prefixOf(each)) && !draft[prefixOf(each)]) each.remove();
    }
}

/** Field by field: what is not touched here is theirs; what both changed stays until it is sent. */
function mergeBlock(each, newer) {
    const prefix = prefixOf(each);
    const inside = each.contains(document.activeElement);
    if (!draft[prefix] && !inside) {
        const replaced = document.importNode(newer, true);
        each.replaceWith(replaced);
        base.set(prefix, values(replaced));
        return replaced;
    }
    const [theirs, mine, known] = [values(newer), values(each), base.get(prefix) ?? {}];
    let both = false;
    for (const name of Object.keys(theirs)) {
        if (mine[name] === known[name]) fill(each, name, theirs[name]);
        else if (theirs[name] !== known[name] && theirs[name] !== mine[name]) both = true;
    }
    if (!both || "seen" in each.dataset) {
        versionOf(each).value = versionOf(newer).value;
        base.set(prefix, theirs);
        delete each.dataset.seen;
        if (draft[prefix]) note(each);
    }
    return each;
}

async function look() {
    if (document.hidden || sending || ended) return;
    const body = new FormData();
    body.append("do", "look");
    const told = await post(body, { "X-Polling": "1" });
    if (!told) return;
    if (told.refused) return over(told);
    document.getElementById("talk-others").textContent = told.others.length ? `${text.also} ${told.others.join(", ")}` : "";
    const known = Object.entries(told.versions);
    const stored = blocks().filter((each) => !("new" in each.dataset));
    if (known.length !== stored.length || known.some(([prefix, version]) => !block(prefix) || versionOf(block(prefix)).value !== version)) await refresh();
}

// Buttons: first everything that is still here, then the button itself -----------------------------------
let through = false;
form.addEventListener("submit", async (event) => {
    if (through) return;
    event.preventDefault();
    blocks().filter((each) => "new" in each.dataset && draft[prefixOf(each)] && hasContent(each)).forEach(finish);
    if (!(await send())) return;
    if (!event.submitter?.value) return;
    through = true;
    form.querySelector("[name=csrfmiddlewaretoken]").value = token(form);
    const { submitter } = event;
    ended = true; // nothing is sent behind the back of the page that comes now
    setTimeout(() => form.requestSubmit(submitter)); // within the event, a second one is ignored
});

document.addEventListener("visibilitychange", () => {
    if (rows.length || Object.keys(draft).length) send();
});
window.addEventListener("online", () => send());

// What was typed before and never arrived ------------------------------------------------------------------
for (const each of blocks()) {
    const prefix = prefixOf(each);
    const kept = draft[prefix];
    if (!kept) continue;
    const { filled, both } = restore(each, kept);
    if (both && !("new" in each.dataset)) {
        versionOf(each).value = kept.version;
        base.set(prefix, kept.base);
    }
    if (filled.length) note(each);
    else delete draft[prefix]; // it has arrived, or somebody entered the same
    each.closest("details")?.setAttribute("open", "");
}
for (const prefix of Object.keys(draft)) {
    if (!block(prefix)) delete draft[prefix];
}
judgeConditions(form);
steer(form);
pickDwellings(form, post);
askWhoIsKnown(form);
if (rows.length || Object.keys(draft).length) {
    say(text.restored);
    send();
} else if (!form.querySelector("[data-key]")) nextField(form, null)?.focus();
else if (!location.hash && text.fresh) nextField(form, null, block("m-new") ?? form)?.focus();
if (base.size) setInterval(look, LOOK_EVERY);
