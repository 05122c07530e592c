// The installable app: the worker keeps the shell and the offline page (see sw.js).

export function installWorker(address) {
  if (!address || !("serviceWorker" in navigator)) return;
  // Once everything that the page itself needs has arrived.
  window.addEventListener("load", () => navigator.serviceWorker.register(address).catch(() => {}));
}
