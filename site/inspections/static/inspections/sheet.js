/* The checklist on a phone without reception: what is typed stays in this browser until the server
   has it. Text and choices only; photos wait in memory while the page is open. Without this script
   the form is sent as any other. */
(() => {
    const form = document.getElementById("sheet");
    if (!form) return;
    const text = form.dataset;
    const key = `sheet:${text.draft}`;
    const status = document.getElementById("sheet-status");
    const blocks = [...form.querySelectorAll("[data-block]")];
    let sending = false;
    let wanted = false;
    let delay = 5_000;
    let timer = null;

    // One block: an answer, or what is noted of the visit ---------------------------------------
    const fields = (block) => [...block.querySelectorAll("[name]")];
    const version = (block) => block.querySelector(`[name="${block.dataset.block}-version"]`);

    function values(block) {
        const found = {};
        for (const field of fields(block)) {
            if (field.type === "radio" && !field.checked) continue;
            found[field.name] = field.value;
        }
        return found;
    }

    function fill(block, kept) {
        for (const field of fields(block)) {
            if (field.type === "radio") field.checked = kept[field.name] === field.value;
            else if (field.name in kept) field.value = kept[field.name];
        }
        for (let around = block.parentElement.closest("details"); around; around = null) around.open = true;
    }

    // One more room with the same deficiency: the block once more, empty, under a name of its own ---
    const RENAMED = ["name", "id", "for", "aria-labelledby", "aria-describedby", "data-block", "data-room"];

    function rename(block, prefix) {
        const before = block.dataset.block;
        for (const element of [block, ...block.querySelectorAll("*")]) {
            for (const attribute of RENAMED) {
                const value = element.getAttribute(attribute);
                if (value === null) continue;
                const own = new RegExp(`^(id_)?${before}(?=$|[-_])`);
                element.setAttribute(attribute, value.replace(own, `$1${prefix}`));
            }
        }
    }

    function again(source, prefix) {
        const block = source.cloneNode(true);
        rename(block, prefix);
        block.classList.remove("block--faulty");
        block.querySelector("[data-problem]").hidden = true;
        block.querySelector("[data-photos]").textContent = "";
        const title = block.querySelector("[data-title]");
        title.parentElement.replaceChildren(title, `, ${text.further}`);
        for (const field of fields(block)) {
            if (field.type === "radio") field.checked = field.name.endsWith("-outcome") ? field.value === "deficient" : field.defaultChecked;
            else field.value = field.name.endsWith("-version") ? "0" : "";
        }
        let last = source;
        const item = prefix.slice(1).split("x")[0];
        while (last.nextElementSibling?.dataset.block?.startsWith(`n${item}x`)) last = last.nextElementSibling;
        last.after(block);
        blocks.push(block);
        ready(block);
        return block;
    }

    function ready(block) {
        const button = block.querySelector("[data-again]");
        if (button) {
            button.hidden = false;
            button.addEventListener("click", () => {
                const item = block.querySelector("[data-photo]").dataset.photo;
                const added = again(block, `n${item}x${Date.now().toString(36)}`);
                draft[added.dataset.block] = values(added);
                keep();
                added.querySelector("select").focus();
                added.scrollIntoView({ block: "center" });
            });
        }
        for (const input of block.querySelectorAll("[data-photo]")) camera(input);
    }

    // The draft ------------------------------------------------------------------------------------
    let draft = read();

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
        if (link) {
            const anchor = document.createElement("a");
            anchor.href = text.signInUrl;
            anchor.target = "_blank";
            anchor.rel = "noopener";
            anchor.textContent = text.signIn;
            status.append(" ", anchor);
        }
    }

    form.addEventListener("input", (event) => {
        const block = event.target.closest("[data-block]");
        if (!block || !event.target.name) return;
        draft[block.dataset.block] = values(block);
        keep();
        if (!sending && !wanted) say(text.kept);
    });

    // Sending ----------------------------------------------------------------------------------------
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        send();
    });
    window.addEventListener("online", () => {
        if (wanted) send();
        photos.forEach(upload);
    });
    document.addEventListener("visibilitychange", () => {
        if (!document.hidden && wanted) send();
    });

    function later(message, link) {
        wanted = true;
        say(message, link);
        clearTimeout(timer);
        timer = setTimeout(send, delay);
        delay = Math.min(delay * 2, 60_000);
    }

    function token() {
        // After signing in anew the page's own token is stale; the cookie has the one in force.
        const cookie = /(?:^|; )(?:__Host-csrf|csrf|csrftoken)=([^;]+)/.exec(document.cookie);
        return cookie ? cookie[1] : form.querySelector("[name=csrfmiddlewaretoken]").value;
    }

    async function send() {
        if (sending) return;
        sending = true;
        clearTimeout(timer);
        const sent = Object.fromEntries(blocks.map((block) => [block.dataset.block, JSON.stringify(values(block))]));
        say(text.sending);
        let response;
        try {
            response = await fetch(form.action || location.href, {
                method: "POST",
                body: new FormData(form),
                headers: { Accept: "application/json", "X-CSRFToken": token() },
                redirect: "manual",
                cache: "no-store",
            });
        } catch {
            sending = false;
            return later(text.waiting);
        }
        sending = false;
        if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
            return later(text.signedOut, true);
        }
        if (response.status >= 500 || response.status === 429) return later(text.waiting);
        let told;
        try {
            told = await response.json();
        } catch {
            return later(text.waiting);
        }
        wanted = false;
        delay = 5_000;
        if (told.refused) return say(told.refused);
        take(told, sent);
    }

    function take(told, sent) {
        for (const block of blocks) {
            const name = block.dataset.block;
            const problem = told.problems[name];
            const place = block.querySelector("[data-problem]");
            place.hidden = !problem;
            place.textContent = problem ? problem.join(" ") : "";
            block.classList.toggle("block--faulty", Boolean(problem));
            const same = JSON.stringify(values(block)) === sent[name];
            // The version is taken over even with a problem: saving again is meant to replace it.
            if (name in told.versions) version(block).value = told.versions[name];
            if (!problem && same) delete draft[name];
            else if (name in draft) draft[name] = values(block);
        }
        keep();
        for (const [added, prefix] of Object.entries(told.renamed)) {
            const block = blocks.find((each) => each.dataset.block === added);
            if (!block) continue;
            // The server may have had it before: its answer was lost, and the page loaded anew shows it.
            const there = blocks.find((each) => each.dataset.block === prefix);
            if (there) {
                there.remove();
                blocks.splice(blocks.indexOf(there), 1);
            }
            rename(block, prefix);
            if (added in draft) draft[prefix] = values(block);
            delete draft[added];
        }
        keep();
        for (const [code, [answered, total]] of Object.entries(told.parts)) {
            const part = form.querySelector(`[data-part="${code}"]`);
            if (!part) continue;
            part.querySelector("[data-count]").textContent = answered;
            part.querySelector("[data-total]").textContent = total;
        }
        const first = form.querySelector(".block--faulty");
        if (first) {
            for (let around = first.closest("details"); around; around = null) around.open = true;
            first.scrollIntoView({ block: "center" });
            return say(text.problems);
        }
        say(`${text.saved} ${told.at}: ${told.answered} ${text.of} ${told.total}`);
    }

    // Photos: one request each, with progress, tried again while the page is open ---------------------
    const photos = new Set();

    function camera(input) {
        input.closest("label").hidden = false;
        input.addEventListener("change", () => {
            for (const file of input.files) {
                const job = { file, input, busy: false };
                photos.add(job);
                upload(job);
            }
        });
    }

    [...blocks].forEach(ready);

    function upload(job) {
        if (job.busy) return;
        job.busy = true;
        const block = job.input.closest("[data-block]");
        const bar = block.querySelector("progress");
        const note = block.querySelector("[data-photos]");
        const room = form.querySelector(`[name="${job.input.dataset.room}"]`);
        const body = new FormData();
        body.append("file", job.file);
        body.append("item", job.input.dataset.photo);
        if (room && room.value) body.append("room", room.value);
        const request = new XMLHttpRequest();
        request.open("POST", text.photoUrl);
        request.setRequestHeader("Accept", "application/json");
        request.setRequestHeader("X-CSRFToken", token());
        bar.hidden = false;
        request.upload.addEventListener("progress", (event) => {
            if (!event.lengthComputable) return;
            bar.value = (100 * event.loaded) / event.total;
            note.textContent = `${text.photoProgress} ${Math.round(bar.value)} %`;
        });
        const wait = () => {
            job.busy = false;
            bar.hidden = true;
            note.textContent = text.photoWaiting;
            setTimeout(() => photos.has(job) && upload(job), 15_000);
        };
        request.addEventListener("error", wait);
        request.addEventListener("load", () => {
            if (![201, 422].includes(request.status)) return wait();
            bar.hidden = true;
            photos.delete(job);
            const told = JSON.parse(request.responseText);
            note.textContent = request.status === 201 ? `${text.photoSent} (${told.number})` : told.problems.join(" ");
        });
        request.send(body);
    }

    window.addEventListener("beforeunload", (event) => {
        if (photos.size) event.preventDefault(); // text is kept, a photo would be lost
    });

    // What was typed before and never arrived ---------------------------------------------------------
    if (Object.keys(draft).length) {
        for (const prefix of Object.keys(draft)) {
            const added = /^n(\d+)x/.exec(prefix);
            const source = added && form.querySelector(`[data-block="i${added[1]}"]`);
            if (source && !form.querySelector(`[data-block="${prefix}"]`)) again(source, prefix);
        }
        for (const block of blocks) {
            if (draft[block.dataset.block]) fill(block, draft[block.dataset.block]);
        }
        say(text.restored);
        send();
    }
})();
