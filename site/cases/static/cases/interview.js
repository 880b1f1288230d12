/* An interview that cannot be lost: what is typed stays in this browser until the server has it, is
   sent by itself, block by block, and what a colleague enters meanwhile appears in the same form.
   Without this script the form is sent as any other. */

import { append, fields, fill, isEmpty, judgeConditions, prefixOf, token, values, versionOf } from "./blocks.js";
import { nextField, steer } from "./talk_keys.js";
import { pickDwellings } from "./dwellings.js";
import { askWhoIsKnown } from "./known.js";

const form = document.getElementById("interview");
const text = form.dataset;
const key = `interview:${text.draft}`;
const status = document.getElementById("talk-status");
const SOON = 600;
const LOOK_EVERY = 8_000;
const blocks = () => [...form.querySelectorAll("[data-block]")];
const block = (prefix) => form.querySelector(`[data-block="${prefix}"]`);

// What the server had when a block was last taken over: prefix → values.
const base = new Map(blocks().map((each) => [prefixOf(each), values(each)]));
let draft = read();
let sending = null;
let timer = null;
let delay = 4_000;
let ended = false;

// The draft ----------------------------------------------------------------------------------------
function read() {
    try {
        return JSON.parse(localStorage.getItem(key)) || {};
    } catch {
        return {};
    }
}

function keep() {
    try {
        if (Object.keys(draft).length) localStorage.setItem(key, JSON.stringify(draft));
        else localStorage.removeItem(key);
    } catch {
        // No room or no permission: the form itself still holds everything.
    }
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

/** A row that makes a new record is sent when the person is done with it, not while they type. */
const isWaiting = (each) => "new" in each.dataset && each.contains(document.activeElement) && !("done" in each.dataset);

form.addEventListener("input", (event) => {
    const changed = event.target.closest("[data-block]");
    if (!changed || !event.target.name || ended) return;
    draft[prefixOf(changed)] = values(changed);
    keep();
    judgeConditions(form);
    if (isWaiting(changed)) return;
    say(text.kept);
    soon(SOON);
});

form.addEventListener("focusout", (event) => {
    const left = event.target.closest("[data-new]");
    if (left && !left.contains(event.relatedTarget) && draft[prefixOf(left)]) soon(50);
});

form.addEventListener("talk:row", (event) => {
    event.target.dataset.done = "";
    draft[prefixOf(event.target)] = values(event.target);
    send();
});

// Sending --------------------------------------------------------------------------------------------
function later(message, link) {
    say(message, link);
    soon(delay);
    delay = Math.min(delay * 2, 60_000);
    return false;
}

/** Resolves to whether everything has arrived. */
async function send() {
    if (sending) await sending;
    const wanted = blocks().filter((each) => draft[prefixOf(each)] && !isWaiting(each));
    if (!wanted.length || ended) return !ended;
    sending = exchange(wanted);
    const arrived = await sending;
    sending = null;
    if (arrived && blocks().some((each) => draft[prefixOf(each)] && !each.classList.contains("block--faulty") && !isWaiting(each))) soon(SOON);
    return arrived;
}

async function exchange(wanted) {
    clearTimeout(timer);
    const body = new FormData();
    const sent = new Map(wanted.map((each) => [prefixOf(each), values(each)]));
    wanted.forEach((each) => append(body, each));
    say(text.sending);
    const told = await post(body);
    if (!told) return false;
    delay = 4_000;
    if (told.refused) {
        ended = true;
        draft = {};
        keep();
        say(told.refused);
        return false;
    }
    return take(told, sent);
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

async function take(told, sent) {
    let faulty = false;
    let stale = told.changed;
    for (const [prefix, values_] of sent) {
        const each = block(prefix);
        const problem = told.problems[prefix];
        show(each, problem);
        faulty ||= Boolean(problem);
        const same = JSON.stringify(values(each)) === JSON.stringify(values_);
        if (!problem && same) delete draft[prefix];
        if ("new" in each.dataset) continue;
        if (told.moved.includes(prefix)) stale = true;
        else if (!problem) {
            const before = versionOf(each).value;
            // Blocks of the same record: nobody else has saved it in between, so theirs moves along.
            const like = "shared" in each.dataset ? blocks().filter((other) => "shared" in other.dataset && versionOf(other).value === before) : [each];
            for (const other of like) versionOf(other).value = told.versions[prefix];
            base.set(prefix, values_);
        }
        if (problem) delete each.dataset.done;
        if (problem && told.clashes.includes(prefix)) each.dataset.seen = "";
    }
    keep();
    area(told.area);
    if (stale || Object.keys(told.versions).some((prefix) => !block(prefix))) await refresh();
    say(faulty ? text.problems : `${text.saved} ${told.at}. ${told.answered} / ${told.asked}`);
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
    const isDone = "done" in each.dataset;
    if (!draft[prefix] && (!inside || isDone)) {
        const replaced = document.importNode(newer, true);
        each.replaceWith(replaced);
        base.set(prefix, values(replaced));
        if (inside) nextField(form, null, replaced)?.focus();
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
    }
    return each;
}

async function look() {
    if (document.hidden || sending || ended) return;
    const body = new FormData();
    body.append("do", "look");
    const told = await post(body, { "X-Polling": "1" });
    if (!told) return;
    if (told.refused) {
        ended = true;
        say(told.refused);
        return;
    }
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
    blocks().filter((each) => "new" in each.dataset && draft[prefixOf(each)]).forEach((each) => { each.dataset.done = ""; });
    if (!(await send())) return;
    if (!event.submitter?.value) return say(status.textContent || text.saved);
    through = true;
    form.querySelector("[name=csrfmiddlewaretoken]").value = token(form);
    form.requestSubmit(event.submitter);
});

document.addEventListener("visibilitychange", () => {
    if (Object.keys(draft).length) send();
});
window.addEventListener("online", () => send());

// What was typed before and never arrived ------------------------------------------------------------------
for (const each of blocks()) {
    const kept = draft[prefixOf(each)];
    if (!kept) continue;
    for (const [name, value] of Object.entries(kept)) fill(each, name, value);
    each.closest("details")?.setAttribute("open", "");
}
for (const prefix of Object.keys(draft)) {
    if (!block(prefix)) delete draft[prefix];
}
judgeConditions(form);
steer(form);
pickDwellings(form, post);
askWhoIsKnown(form);
if (Object.keys(draft).length) {
    say(text.restored);
    blocks().filter((each) => "new" in each.dataset && isEmpty(each)).forEach((each) => delete draft[prefixOf(each)]);
    send();
}
if (fields(form).length) setInterval(look, LOOK_EVERY);
