/* The dwelling, found in the register while one types: arrow keys and Enter choose, any text may stay. */

export function pickDwellings(form, post) {
    form.addEventListener("input", (event) => {
        if (event.target.name !== "home-dwelling") return;
        const field = event.target;
        clearTimeout(field.asking);
        field.asking = setTimeout(() => ask(field), 250);
    });
    form.addEventListener("keydown", (event) => {
        if (event.target.name === "home-dwelling") move(event);
    }, { capture: true });
    form.addEventListener("focusout", (event) => {
        if (event.target.name === "home-dwelling") setTimeout(() => close(event.target), 200);
    });

    async function ask(field) {
        if (field.value.trim().length < 3 || document.activeElement !== field) return close(field);
        const body = new FormData();
        body.append("do", "find");
        body.append("q", field.value);
        const told = await post(body);
        if (told && document.activeElement === field) offer(field, told.found);
    }

    function offer(field, found) {
        const list = listOf(field);
        list.replaceChildren(...found.map((each, number) => {
            const option = document.createElement("li");
            option.id = `pick-${number}`;
            option.setAttribute("role", "option");
            option.setAttribute("aria-selected", "false");
            option.dataset.text = each.text;
            option.dataset.note = each.note;
            const note = document.createElement("span");
            note.textContent = each.note;
            note.className = each.closed ? "pick__closed" : "pick__about";
            option.append(each.text, " ", note);
            option.addEventListener("mousedown", (event) => {
                event.preventDefault();
                choose(field, option);
            });
            return option;
        }));
        list.hidden = found.length === 0;
        field.setAttribute("aria-expanded", String(found.length > 0));
        if (!found.length) note(field, form.dataset.nothing);
    }

    function listOf(field) {
        let list = document.getElementById("pick-list");
        if (list) return list;
        list = document.createElement("ul");
        list.id = "pick-list";
        list.className = "pick__list";
        list.setAttribute("role", "listbox");
        list.setAttribute("aria-label", field.labels[0].textContent);
        field.after(list);
        field.setAttribute("role", "combobox");
        field.setAttribute("aria-controls", "pick-list");
        field.setAttribute("aria-autocomplete", "list");
        return list;
    }

    function move(event) {
        const list = document.getElementById("pick-list");
        if (!list || list.hidden) return;
        const options = [...list.children];
        const active = list.querySelector("[aria-selected=true]");
        const place = options.indexOf(active);
        if (event.key === "ArrowDown") mark(event, options[Math.min(place + 1, options.length - 1)]);
        else if (event.key === "ArrowUp") mark(event, options[Math.max(place - 1, 0)]);
        else if (event.key === "Escape") close(event.target);
        else if (event.key === "Enter" && active) {
            choose(event.target, active); // and Enter goes on, as everywhere
        }
    }

    function mark(event, option) {
        event.preventDefault();
        for (const each of option.parentElement.children) each.setAttribute("aria-selected", String(each === option));
        event.target.setAttribute("aria-activedescendant", option.id);
    }

    function choose(field, option) {
        field.value = option.dataset.text;
        note(field, option.dataset.note);
        field.dispatchEvent(new Event("input", { bubbles: true }));
        clearTimeout(field.asking);
        close(field);
    }

    function note(field, message) {
        form.querySelector("[data-dwelling-note]").textContent = message;
    }

    function close(field) {
        const list = document.getElementById("pick-list");
        if (list) list.hidden = true;
        field.setAttribute("aria-expanded", "false");
        field.removeAttribute("aria-activedescendant");
    }
}
