// An officer's task pages stay readable without a network. Only pages that the server marks so are kept (header
// `Balai-Offline`, which says for which account), in a cache of that account, and all of them go at sign-out.

const PREFIX = "balai-pages-";
const DAYS = 3; // a phone that lies in a drawer must not keep what it once showed
const MOST = 40;

export const pagesOf = (account) => PREFIX + account;
export const isPages = (name) => name.startsWith(PREFIX);

/** Keeps an answer, if the server wants it kept. */
export async function keep(request, answer) {
  const account = answer.headers.get("Balai-Offline");
  if (!answer.ok || answer.redirected || !account) return;
  for (const name of await caches.keys()) if (isPages(name) && name !== pagesOf(account)) await caches.delete(name);
  const cache = await caches.open(pagesOf(account));
  await cache.put(request, answer.clone());
  const kept = await cache.keys();
  for (const old of kept.slice(0, Math.max(0, kept.length - MOST * 4))) await cache.delete(old);
}

/** The page as it was last seen, if that is not too long ago. */
export async function keptPage(request) {
  for (const name of await caches.keys()) {
    if (!isPages(name)) continue;
    const answer = await (await caches.open(name)).match(request, { ignoreVary: true });
    const seen = Date.parse(answer?.headers.get("Date") ?? "");
    if (answer && !(seen < Date.now() - DAYS * 86400_000)) return answer;
  }
  return undefined;
}

/** From a list of tasks: fetches the pages behind it and their pictures, so that they open outside the network. */
export async function keepPages(account) {
  if (!account || !("caches" in window) || navigator.onLine === false) return;
  const links = [...document.querySelectorAll("a[data-keep]")].slice(0, MOST).map((link) => link.href);
  for (const address of links) {
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      if (answer.headers.get("Balai-Offline") !== account) continue;
      const copy = answer.clone();
      await keep(address, answer);
      const page = new DOMParser().parseFromString(await copy.text(), "text/html");
      const cache = await caches.open(pagesOf(account));
      for (const picture of page.querySelectorAll("main img[src^='/berkas/']")) {
        if (!(await cache.match(picture.getAttribute("src")))) await cache.add(picture.getAttribute("src"));
      }
    } catch {
      return;
    }
  }
}

export async function forgetPages() {
  if (!("caches" in window)) return;
  for (const name of await caches.keys()) if (isPages(name)) await caches.delete(name);
}
