// What waits on this phone for a network: forms with their photos, in IndexedDB. The page and the service worker both
// use it. An entry:
//   key      the form's own key (UUID): the server does the same thing only once for it
//   account  whose it is (an opaque mark, "" for a visitor); it is never sent for anybody else
//   url, page, what, words   where it goes, the page that it was written on, what it is, what was typed: for people
//   fields   [[name, text or File]], as the browser would send them
//   state    waiting, sending, sign_in, refused (then: errors [text]) or sent (then: answer, an address)
//   at, since, later   when it was written, when the state began, not before then (ms)

const NAME = "balai-queue";
export const SYNC = "balai-queue";

function opened() {
  return new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("entries", { keyPath: "key" });
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

async function inStore(mode, work) {
  const database = await opened();
  try {
    return await new Promise((done, failed) => {
      const transaction = database.transaction("entries", mode);
      const request = work(transaction.objectStore("entries"));
      // Only when the transaction is through is it on the disk.
      transaction.oncomplete = () => done(request.result);
      transaction.onabort = transaction.onerror = () => failed(transaction.error);
    });
  } finally {
    database.close();
  }
}

const changed = () => {
  if (!("BroadcastChannel" in self)) return;
  const channel = new BroadcastChannel(NAME);
  channel.postMessage("changed");
  channel.close();
};

export async function entries() {
  return (await inStore("readonly", (store) => store.getAll())).sort((one, other) => one.at - other.at);
}

export async function put(entry, state, more = {}) {
  const whole = { ...entry, errors: [], later: 0, ...more, state, since: Date.now() };
  await inStore("readwrite", (store) => store.put(whole));
  changed();
  return whole;
}

export async function remove(key) {
  await inStore("readwrite", (store) => store.delete(key));
  changed();
}

/** At the end of a session: a phone is often shared. */
export async function clear() {
  await inStore("readwrite", (store) => store.clear());
  changed();
}

/** Only one of page, other pages and service worker sends an entry at a time. Resolves to undefined when another does. */
export function alone(key, work) {
  const run = (lock) => (lock === null ? undefined : work());
  return navigator.locks ? navigator.locks.request(`balai-entry-${key}`, { ifAvailable: true }, run) : run();
}

export function onChange(listener) {
  if ("BroadcastChannel" in self) new BroadcastChannel(NAME).addEventListener("message", listener);
}
