// The service worker. The portal serves it at /sw.js behind a line that says what belongs to the shell of this city:
//   self.balai = { version: "…", offline: "/luring/", shell: ["/static/balai/balai.….css", …] };
//
// It keeps files that are the same for everyone: the shell, the offline page, what lies under /static/. It never keeps
// a page that someone was shown: those may be personal, and a phone is often shared.

const { version, offline, shell } = self.balai;
const store = `balai-${version}`;
const same = (request, path) => new URL(request.url).origin === location.origin && new URL(request.url).pathname.startsWith(path);

self.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(store);
    await cache.addAll([new Request(offline, { credentials: "omit" }), ...shell]);
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name !== store) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(offline)));
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
  }
});
