/* The blocks of a form: what stands in them, and how a fresher copy of one is taken over. */

export const fields = (block) => [...block.querySelectorAll("[name]")];
export const prefixOf = (block) => block.dataset.block;
export const versionOf = (block) => block.querySelector(`[name="${prefixOf(block)}-version"]`);

/** Name → value; of radios and checkboxes the values that are checked, joined. Without the version. */
export function values(block) {
    const found = {};
    for (const field of fields(block)) {
        if (field === versionOf(block)) continue;
        if (field.type === "radio" || field.type === "checkbox") {
            found[field.name] ??= "";
            if (field.checked) found[field.name] += (found[field.name] && ",") + field.value;
        } else found[field.name] = field.value;
    }
    return found;
}

export function fill(block, name, value) {
    for (const field of fields(block)) {
        if (field.name !== name) continue;
        if (field.type === "radio" || field.type === "checkbox") field.checked = value.split(",").includes(field.value);
        else field.value = value;
    }
}

/** Put what a block says into the body of a request. */
export function append(body, block) {
    for (const field of fields(block)) {
        if ((field.type === "radio" || field.type === "checkbox") && !field.checked) continue;
        body.append(field.name, field.value);
    }
}

/** What makes an empty row a new record: a name, a kind of paper, a topic. */
export const hasContent = (row) => ["given_names", "kind", "topic"].some((name) => row.querySelector(`[name$="-${name}"]`)?.value)
    || Boolean(row.querySelector('[type=hidden][name$="-person"]')?.value);

/** Where the person stands in the question: shown only if its condition is met. */
export function judgeConditions(form) {
    const given = {};
    for (const block of form.querySelectorAll("[data-key]")) {
        const { condition, person, key } = block.dataset;
        if (condition) {
            const [name, codes] = condition.split("=").map((text) => text.trim());
            const wanted = codes.split(",").map((code) => code.trim());
            const said = `${given[`${person}/${name}`] ?? given[`/${name}`] ?? ""}`.split(",");
            block.hidden = !wanted.some((code) => said.includes(code));
        }
        if (!block.hidden) given[`${person}/${key}`] = values(block)[`${prefixOf(block)}-value`];
    }
}

export function token(form) {
    // After signing in anew the page's own token is stale; the cookie has the one in force.
    const cookie = /(?:^|; )(?:__Host-csrf|csrf|csrftoken)=([^;]+)/.exec(document.cookie);
    return cookie ? cookie[1] : form.querySelector("[name=csrfmiddlewaretoken]").value;
}

/** A field as the screen says it: where it stands, and what stands in it. */
export function inWords(block, name) {
    const all = fields(block).filter((field) => field.name === name);
    const part = block.closest("[data-part]")?.querySelector("h3")?.textContent.trim();
    const label = block.querySelector(".ask__german") ?? block.querySelector(`label[for="${all[0].id}"]`) ?? all[0].closest("fieldset, label")?.querySelector("legend") ?? all[0].closest("label");
    const where = [part, block.getAttribute("aria-label"), label?.textContent.trim()].filter(Boolean).join(" · ");
    if (["radio", "checkbox"].includes(all[0].type)) return [where, all.filter((field) => field.checked).map(choiceInWords).join(", ") || "–"];
    const field = all[0];
    return [where, (field.selectedOptions ? field.selectedOptions[0]?.textContent : field.value)?.trim() || "–"];
}

function choiceInWords(field) {
    const label = field.closest("label").cloneNode(true);
    label.querySelectorAll("kbd, .ask__theirs").forEach((each) => each.remove());
    return label.textContent.trim();
}

/** What was changed in a block since the server's copy was taken over, ready to be kept. */
export function entryOf(block, base) {
    const typed = values(block);
    const changed = Object.keys(typed).filter((name) => typed[name] !== base[name]);
    return { values: typed, base, version: versionOf(block).value, words: changed.map((name) => inWords(block, name)) };
}

/** Put kept typing back into a block of the server's. Resolves what both sides changed by the version:
    the server then says who was faster. Returns the names of the fields that were filled. */
export function restore(block, kept) {
    const theirs = values(block);
    const filled = [];
    let both = false;
    for (const [name, value] of Object.entries(kept.values)) {
        if (!(name in theirs) || value === kept.base[name] || value === theirs[name]) continue;
        both ||= theirs[name] !== kept.base[name];
        fill(block, name, value);
        filled.push(name);
    }
    return { filled, both };
}
