// The service worker. The portal serves it at /sw.js behind a line that says what belongs to the shell of this city:
//   self.balai = { version: "…", offline: "/luring/", shell: ["/static/balai/balai.….css", …], pages: ["/antrean/"] };
//
// It keeps files and pages that are the same for everyone: the shell, what lies under /static/. Of pages that someone
// was shown it keeps only those that the server marks for it, an officer's tasks (see kept-pages.js): others may be
// personal, and a phone is often shared. It also sends what waits on the phone when the network is back.

import { isPages, keep, keptPage } from "./kept-pages.js";
import { flush } from "./queue-sending.js";
import { SYNC } from "./queue-store.js";

const { version, offline, shell, pages = [] } = self.balai;
const store = `balai-${version}`;
const same = (request, path) => new URL(request.url).origin === location.origin && new URL(request.url).pathname.startsWith(path);

self.addEventListener("install", (event) => {
  const keepShell = async () => {
    const cache = await caches.open(store);
    const common = [offline, ...pages].map((page) => new Request(page, { credentials: "omit" }));
    await cache.addAll([...common, ...shell]);
    await self.skipWaiting();
  };
  event.waitUntil(keepShell());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name !== store && !isPages(name)) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("sync", (event) => {
  const send = async () => {
    // The browser tries again later when this fails.
    if (!(await flush())) throw new Error("still waiting");
  };
  if (event.tag === SYNC) event.waitUntil(send());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(page(event));
  } else if (same(request, "/static/") || same(request, "/tema")) {
    event.respondWith(
      caches.open(store).then(async (cache) => {
        const kept = await cache.match(request);
        if (kept) return kept;
        const answer = await fetch(request);
        if (answer.ok && same(request, "/static/balai/")) cache.put(request, answer.clone());
        return answer;
      }),
    );
  } else if (request.destination === "image" && same(request, "/berkas/")) {
    event.respondWith(fetch(request).catch(async () => (await keptPage(request)) ?? Response.error()));
  }
});

async function page(event) {
  const { request } = event;
  try {
    const answer = await fetch(request);
    const copy = answer.clone();
    event.waitUntil(keep(request.url, copy));
    return answer;
  } catch {
    const { pathname } = new URL(request.url);
    const common = pages.includes(pathname) ? await caches.match(pathname) : undefined;
    return common ?? (await keptPage(request.url)) ?? caches.match(offline);
  }
}
