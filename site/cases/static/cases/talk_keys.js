/* An interview from the keyboard: a digit chooses and goes on, Enter goes on, F2 turns the screen. */

import { hasContent } from "./blocks.js";

const FIELDS = "input:not([type=hidden]), select, textarea, .talk__bar button[name=do]"; // other buttons by Tab
const BY_TAB_ONLY = /-(remove|declined)$/; // reached with Tab, passed over by Enter

/** The next field after `from`; the first one in `within` if there is none to start from. */
export function nextField(form, from, within = form) {
    const all = [...within.querySelectorAll(FIELDS)].filter((field) => field.offsetParent && !field.disabled && !BY_TAB_ONLY.test(field.name));
    const stops = all.filter((field) => field.type !== "radio" || field === standIn(all, field));
    if (!from) return stops[0];
    const group = from.type === "radio" ? standIn(all, from) : from;
    const place = stops.indexOf(group);
    if (place >= 0) return stops[place + 1];
    return stops.find((field) => from.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING);
}

/** One radio of a group stands for all: the chosen one, else the first. */
function standIn(all, radio) {
    const group = all.filter((field) => field.type === "radio" && field.name === radio.name);
    return group.find((field) => field.checked) || group[0];
}

function goOn(form, from) {
    const boxes = from.type === "checkbox" ? [...from.closest("[data-block]").querySelectorAll("[type=checkbox]")] : [];
    let next = nextField(form, from);
    while (next && boxes.includes(next)) next = nextField(form, next);
    next?.focus();
    if (next?.select && next.type === "text") next.select();
}

function decline(form, from) {
    const block = from.closest("[data-block]");
    const choice = block?.querySelector('[type=radio][value="-"], [name$="-declined"]');
    if (!choice) return;
    if (!choice.checked) choice.click();
    const others = block.querySelectorAll('input[type=text], textarea, [type=checkbox]:not([name$="-declined"])');
    for (const field of choice.type === "checkbox" ? others : []) {
        if (field.type === "checkbox") field.checked = false;
        else field.value = "";
    }
    choice.dispatchEvent(new Event("input", { bubbles: true }));
    const last = [...block.querySelectorAll(FIELDS)].filter((field) => !BY_TAB_ONLY.test(field.name)).at(-1);
    goOn(form, choice.type === "radio" ? choice : last);
}

function nextPart(form, from, back) {
    const parts = [...form.querySelectorAll("[data-part]")];
    const place = parts.indexOf(from.closest("[data-part]")) + (back ? -1 : 1);
    const target = parts[place] ? nextField(form, null, parts[place]) : form.querySelector(".talk__bar button[name=do]");
    target?.focus();
}

export function steer(form) {
    const turn = turning(form);
    form.addEventListener("keydown", (event) => {
        const field = event.target;
        if (!field.name && field.type !== "submit") return;
        if (event.altKey || event.ctrlKey || event.metaKey) return;
        const done = () => event.preventDefault();
        if (event.key === "F2" && turn) return done(), turn(field.closest("[data-key]"));
        if (event.key === "F8") return done(), decline(form, field);
        if (event.key === "F9") return done(), nextPart(form, field, event.shiftKey);
        if (["radio", "checkbox"].includes(field.type)) {
            if (/^\d$/.test(event.key)) return done(), byDigit(form, field, event.key);
            if (["Backspace", "Delete"].includes(event.key) && field.type === "radio") return done(), clear(field);
        }
        if (event.key !== "Enter" || ["submit", "button"].includes(field.type) || field.tagName === "TEXTAREA") return;
        done();
        const row = field.closest("[data-new]");
        if (row && hasContent(row)) row.dispatchEvent(new Event("talk:row", { bubbles: true }));
        else if (row) nextPart(form, field, false);
        else goOn(form, field);
    });
}

function byDigit(form, field, digit) {
    const choice = field.closest("fieldset")?.querySelector(`[data-digit="${digit}"] input`);
    if (!choice) return;
    if (/-declined$/.test(choice.name)) return decline(form, field);
    choice.focus();
    if (choice.type === "checkbox" || !choice.checked) choice.click();
    if (choice.type === "radio") goOn(form, choice);
}

function clear(radio) {
    for (const each of radio.form.querySelectorAll(`[name="${radio.name}"]`)) each.checked = false;
    radio.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The question one is at, large and in the person's language, to turn the screen to them. */
function turning(form) {
    const dialog = document.getElementById("turn");
    const button = document.getElementById("talk-turn");
    if (!dialog || !button) return null;
    let last = null;
    button.hidden = false;
    form.addEventListener("focusin", (event) => {
        last = event.target.closest("[data-key]") || last;
    });
    const part = (name) => document.getElementById(`turn-${name}`);
    const told = (block, name, other) => (block.querySelector(name) || block.querySelector(other))?.textContent.trim() || "";

    function show(block) {
        const asked = block || last || form.querySelector("[data-key]:not([hidden])");
        if (!asked) return;
        part("question").textContent = told(asked, "[data-theirs]", ".ask__german");
        part("help").textContent = told(asked, "[data-their-help]", "[data-their-help]");
        part("voluntary").hidden = !asked.querySelector('[value="-"], [name$="-declined"]');
        part("choices").replaceChildren(...[...asked.querySelectorAll(".ask__choice")].filter((label) => label.querySelector(".ask__theirs")).map((label) => choiceOf(label)));
        dialog.showModal();
    }

    function choiceOf(label) {
        const choice = document.createElement("button");
        choice.type = "button";
        choice.className = "turn__choice";
        choice.textContent = label.querySelector(".ask__theirs").textContent;
        choice.setAttribute("aria-pressed", String(label.querySelector("input").checked));
        choice.addEventListener("click", () => {
            label.querySelector("input").click();
            if (label.querySelector("input").type === "radio") dialog.close();
            else choice.setAttribute("aria-pressed", String(label.querySelector("input").checked));
        });
        return choice;
    }

    dialog.addEventListener("keydown", (event) => {
        const choice = /^[1-9]$/.test(event.key) && part("choices").children[event.key - 1];
        if (choice) choice.click();
        if (event.key === "F2") dialog.close();
    });
    button.addEventListener("click", () => show(null));
    document.getElementById("turn-close").addEventListener("click", () => dialog.close());
    return show;
}
