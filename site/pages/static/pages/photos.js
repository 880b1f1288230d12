// Sends the photos of a report one by one, large ones drawn smaller before, and says how far it is.
// What has arrived stays when the line drops. Without this script the form sends all as they are.
"use strict";

(() => {
  const LONGEST = 2000; // pixels
  const LARGE = 1_000_000; // bytes from which drawing anew saves time
  const PATIENCE = 60_000; // milliseconds without a byte moving
  let halt = null; // what the button stops: the request that is under way
  let isHalted = false;

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    const field = form.querySelector(".portal-form input[type=file]");
    if (!button || !field?.files.length || button.value.startsWith("drop:")) return;
    event.preventDefault();
    if (!form.hasAttribute("aria-busy")) sendAll(form, field, button);
  });

  async function sendAll(form, field, button) {
    const box = form.querySelector(".portal-sending");
    const waiting = [...field.files];
    const total = waiting.length;
    const problems = [];
    let seen = null; // the newest page that tells which photos are kept
    let title = document.title;
    let stopped = "";
    show(form, box, total);
    try {
      while (waiting.length) {
        const number = total - waiting.length;
        say(box, "prepared", number + 1, total);
        const photo = await smaller(waiting[0], field.accept.split(","));
        if (isHalted) throw new Error("halted");
        say(box, "sent", number + 1, total);
        const page = await send(form, photo, waiting[0].name, (share) => {
          box.querySelector("progress").value = number + share;
        });
        seen = page;
        const found = page.querySelectorAll("#fehler li");
        if (found.length) title = page.title;
        problems.push(...found);
        waiting.shift();
      }
    } catch (error) {
      stopped = error.message === "halted" ? "halted" : "failed";
    }
    form.removeAttribute("aria-busy");
    if (!stopped && !problems.length) {
      field.value = "";
      box.hidden = true;
      button.click(); // on to wherever the button leads, by the form itself
      return;
    }
    if (seen) replace(seen, problems);
    document.title = title;
    const door = document.querySelector(".portal-sending");
    if (!door) return; // as many photos as are possible: there is no field any more
    choose(door.closest("form").querySelector("input[type=file]"), waiting);
    if (stopped) {
      door.hidden = false;
      say(door, stopped, total - waiting.length, total);
      door.focus();
    }
  }

  function show(form, box, total) {
    const bar = box.querySelector("progress");
    bar.max = total;
    bar.value = 0;
    form.setAttribute("aria-busy", "true");
    box.hidden = false;
    isHalted = false;
    box.querySelector("button").onclick = () => {
      isHalted = true;
      halt?.();
    };
    box.focus();
  }

  function say(box, what, number, total) {
    const text = box.dataset[what].replace("{number}", number).replace("{total}", total);
    box.querySelector("[role=status]").textContent = text;
    box.querySelector("progress").setAttribute("aria-label", text);
  }

  // The picture as JPEG of at most LONGEST pixels; as it is where that would not be smaller, or
  // where this browser cannot read it: then the server says what is wrong with it.
  async function smaller(photo, accepted) {
    const isAccepted = accepted.includes(photo.type);
    if (isAccepted && photo.size < LARGE) return photo;
    try {
      const picture = await createImageBitmap(photo, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      const [canvas, pen] = sheet(picture.width * scale, picture.height * scale);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const drawn = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      return drawn && isFaithful() && (drawn.size < photo.size || !isAccepted) ? drawn : photo;
    } catch {
      return photo;
    }
  }

  function sheet(width, height) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width);
    canvas.height = Math.round(height);
    const pen = canvas.getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    return [canvas, pen];
  }

  // Browsers that hide who one is (Tor) hand out noise instead of what was drawn.
  function isFaithful() {
    const [, pen] = sheet(8, 8);
    return pen.getImageData(0, 0, 8, 8).data.every((level) => level > 250);
  }

  // The page that answers. Rejects with "failed" or "halted".
  function send(form, photo, name, tell) {
    const data = new FormData(form);
    data.set("go", "stay");
    data.delete("photos");
    data.append("photos", photo, name);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      let patience;
      const stop = (why) => {
        clearTimeout(patience);
        halt = null;
        reject(new Error(why));
        request.abort();
      };
      const wait = () => {
        clearTimeout(patience);
        patience = setTimeout(stop, PATIENCE, "failed");
      };
      request.upload.onprogress = (event) => {
        wait();
        tell(event.loaded / event.total);
      };
      request.onerror = () => stop("failed");
      request.onload = () => {
        clearTimeout(patience);
        halt = null;
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        if (request.status === 200 || page.querySelector("#fehler")) resolve(page);
        else reject(new Error("failed"));
      };
      halt = () => stop("halted");
      request.open("POST", form.action);
      request.send(data);
      wait();
    });
  }

  // The page as the server has it now, with everything that was wrong with any of the photos.
  function replace(page, problems) {
    const main = document.adoptNode(page.querySelector("main"));
    if (problems.length && !main.querySelector("#fehler")) {
      main.querySelector(".portal-door").prepend(problems[0].closest("#fehler"));
    }
    document.querySelector("main").replaceWith(main);
    if (!problems.length) return;
    const texts = new Map(problems.map((problem) => [problem.textContent.trim(), problem]));
    const summary = main.querySelector("#fehler");
    summary.querySelector("ul").replaceChildren(...texts.values());
    summary.focus();
  }

  function choose(field, photos) {
    if (!field) return;
    const chosen = new DataTransfer();
    photos.forEach((photo) => chosen.items.add(photo));
    field.files = chosen.files;
  }
})();
