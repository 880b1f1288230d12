// Keeps public pages for readers without a network. VERSION and RULES stand before this text.
"use strict";

const AHEAD = "ahead";
const VISITED = `visited-${VERSION}`;
const FILES = `files-${VERSION}`;
const NOTES = "notes";
const PATIENCE = 5000; // milliseconds a page may take where an older copy is there

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (![AHEAD, NOTES, VISITED, FILES].includes(name)) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

// A page tells which language is read and which files it needed: so much is kept ahead.
self.addEventListener("message", (event) => {
  const { language, files } = event.data || {};
  if (RULES.languages[language]) event.waitUntil(keepAhead(language, files || []));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (RULES.untouched.some((path) => url.pathname.startsWith(path))) return;
  if (url.pathname.startsWith(RULES.static)) event.respondWith(file(request));
  else if (request.mode === "navigate") event.respondWith(page(request, url));
});

async function page(request, url) {
  const kept = mayBeKept(url) ? await keptCopy(url) : undefined;
  try {
    const answer = await (kept ? inTime(fetch(request)) : fetch(request));
    if (mayBeKept(url) && isPublicPage(answer)) await remember(url, answer.clone());
    else if (kept && (answer.status === 404 || answer.status === 410)) await forget(url);
    return answer;
  } catch {
    return kept || offlinePage(url);
  }
}

function mayBeKept(url) {
  return !url.search && !RULES.unkept.some((path) => url.pathname.startsWith(path));
}

// What the server does not want kept (forms, codes, staff) says so itself.
function isPublicPage(answer) {
  const control = answer.headers.get("Cache-Control") || "";
  const type = answer.headers.get("Content-Type") || "";
  return (
    answer.status === 200 &&
    !answer.redirected &&
    type.startsWith("text/html") &&
    !/no-store|private/.test(control)
  );
}

// A page read long ago may have been kept ahead anew since: the newest counts.
async function keptCopy(url) {
  const copies = [];
  for (const name of [VISITED, AHEAD]) {
    const copy = await (await caches.open(name)).match(url.pathname, { ignoreVary: true });
    if (copy) copies.push(copy);
  }
  const age = (copy) => Date.parse(copy.headers.get("Date")) || 0;
  return copies.sort((one, other) => age(other) - age(one))[0];
}

// What was taken off the portal is not read without a network either.
async function forget(url) {
  for (const name of [VISITED, AHEAD]) {
    await (await caches.open(name)).delete(url.pathname, { ignoreVary: true });
  }
}

function inTime(answer) {
  const late = new Promise((_, reject) => setTimeout(reject, PATIENCE, new Error("late")));
  return Promise.race([answer, late]);
}

async function remember(url, answer) {
  const cache = await caches.open(VISITED);
  await cache.delete(url.pathname, { ignoreVary: true }); // the newest stands last
  await cache.put(url.pathname, answer);
  const kept = await cache.keys();
  for (const oldest of kept.slice(0, Math.max(0, kept.length - RULES.mostVisited))) {
    await cache.delete(oldest, { ignoreVary: true });
  }
}

async function offlinePage(url) {
  const code = url.pathname.split("/")[1];
  for (const language of [code, ...Object.keys(RULES.languages)]) {
    const known = RULES.languages[language];
    const copy = known && (await (await caches.open(AHEAD)).match(known.page, { ignoreVary: true }));
    if (copy) return copy;
  }
  return Response.error();
}

// A file whose name changes with its content never grows old; any other is asked for anew.
async function file(request) {
  const cache = await caches.open(FILES);
  const copy = await cache.match(request, { ignoreVary: true });
  if (copy && /immutable/.test(copy.headers.get("Cache-Control") || "")) return copy;
  try {
    const answer = await fetch(request);
    if (answer.status === 200) await cache.put(request, answer.clone());
    return answer;
  } catch {
    return copy || Response.error();
  }
}

async function keepAhead(language, files) {
  const list = await (await fetch(RULES.languages[language].list, { credentials: "omit" })).json();
  const notes = await caches.open(NOTES);
  const known = await notes.match("/kept");
  const mark = `${VERSION} ${language} ${list.mark}`;
  if (known && (await known.text()) === mark) return;
  const ahead = await caches.open(AHEAD);
  const room = { left: RULES.mostBytes };
  for (const path of list.pages) await take(ahead, path, room, isPublicPage);
  const own = files.filter((address) => new URL(address).origin === self.location.origin);
  const cache = await caches.open(FILES);
  for (const address of own) {
    if (new URL(address).pathname.startsWith(RULES.static)) {
      await take(cache, address, room, (answer) => answer.status === 200);
    }
  }
  for (const request of await ahead.keys()) {
    if (!list.pages.includes(new URL(request.url).pathname)) await ahead.delete(request, { ignoreVary: true });
  }
  await notes.put("/kept", new Response(mark));
}

// Takes one address in, as long as there is room.
async function take(cache, address, room, isWanted) {
  const answer = await fetch(address, { credentials: "omit" });
  if (!isWanted(answer)) return;
  const size = (await answer.clone().arrayBuffer()).byteLength;
  if (size > room.left) return;
  room.left -= size;
  await cache.put(address, answer);
}
