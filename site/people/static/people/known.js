/* The line under the names: who may be known already. Asked while one types, by POST: names stand in
   no address and no log. For any form with fields of these names, perhaps behind a prefix
   (`data-prefix`). Without this script the form works as any other. */
(() => {
    const NAMES = ["family_name", "given_names", "birth_date", "birth_year", "birth_month"];
    const PAUSE = 300;

    function start(line) {
        const form = line.closest("form");
        const prefix = line.dataset.prefix || "";
        const fields = NAMES.map((name) => [name, form.elements.namedItem(prefix + name)]).filter(([, field]) => field);
        let timer = null;
        let running = null;
        let shown = line.textContent.trim();

        function element(tag, text, className) {
            const made = document.createElement(tag);
            if (text) made.textContent = text;
            if (className) made.className = className;
            return made;
        }

        function one(person) {
            const words = element("span");
            words.append(element("strong", person.name));
            const rest = [person.born && `${line.dataset.born} ${person.born}`, person.told, person.why].filter(Boolean);
            words.append(rest.length ? `, ${rest.join(", ")} ` : " ");
            const link = element("a", line.dataset.take);
            link.href = person.url;
            link.setAttribute("aria-label", `${line.dataset.take}: ${person.name}`);
            words.append(link);
            return words;
        }

        // Only what has changed is said again.
        function say(key, build) {
            if (key === shown) return;
            shown = key;
            line.replaceChildren(...build());
        }

        function plain(text) {
            say(text, () => [element("p", text, "known__line")]);
        }

        function show(known) {
            if (!known.length) return plain(line.dataset.none);
            say(JSON.stringify(known), () => {
                const first = element("p", `${line.dataset.perhaps} `, "known__line known__line--found");
                first.append(one(known[0]));
                if (known.length === 1) return [first];
                const more = element("details", "", "known__more");
                more.append(element("summary", `${known.length - 1} ${line.dataset.more}`));
                const list = element("ul");
                for (const person of known.slice(1)) {
                    const item = element("li");
                    item.append(one(person));
                    list.append(item);
                }
                more.append(list);
                return [first, more];
            });
        }

        async function ask() {
            const body = new FormData();
            for (const [name, field] of fields) body.append(name, field.value);
            if (line.dataset.but) body.append("but", line.dataset.but);
            if (!body.get("family_name").trim()) return plain(line.dataset.idle);
            running?.abort();
            running = new AbortController();
            try {
                const answer = await fetch(line.dataset.known, {
                    method: "POST",
                    body,
                    signal: running.signal,
                    credentials: "same-origin",
                    headers: {
                        "X-CSRFToken": form.elements.namedItem("csrfmiddlewaretoken").value,
                        "X-Requested-With": "XMLHttpRequest",
                    },
                });
                if (!answer.ok) return plain(line.dataset.failed);
                show((await answer.json()).known);
            } catch (error) {
                if (error.name !== "AbortError") plain(line.dataset.failed);
            }
        }

        for (const [, field] of fields) {
            for (const event of ["input", "change"]) {
                field.addEventListener(event, () => {
                    clearTimeout(timer);
                    timer = setTimeout(ask, PAUSE);
                });
            }
        }
    }

    // The admin puts scripts of a form before the form.
    const begin = () => document.querySelectorAll("[data-known]").forEach(start);
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
    else begin();
})();
