// Sends what waits, the oldest first. Runs in the page and in the service worker; both at once are harmless, since the
// server does the same thing only once for an entry's key.

import { alone, entries, put } from "./queue-store.js";

const TOKEN = "/antrean/tanda/";
const KEPT_AFTER = 24 * 3600_000; // "sent" is shown for a day
const WAIT = { 429: 60_000, busy: 600_000 };
const PASSING = ["TOO_MANY_UPLOADS", "TOO_MANY_REPORTS"];

// "sending" is tried too: the page that began may have been closed. While it lives it holds the entry's lock.
const due = ({ state, later }) => later < Date.now() && ["waiting", "sign_in", "sending"].includes(state);

/** Sends all that may be sent now. Resolves to false when something is still waiting for the network. */
export function flush() {
  const run = async (lock) => lock === null || sendAll();
  return navigator.locks ? navigator.locks.request("balai-queue", { ifAvailable: true }, run) : run();
}

async function sendAll() {
  const waiting = (await entries()).filter(due);
  if (!waiting.length) return true;
  let session;
  try {
    session = await (await fetch(TOKEN, { headers: { Accept: "application/json" }, cache: "no-store" })).json();
  } catch {
    return false;
  }
  for (const entry of waiting) {
    if (entry.account !== session.account) {
      if (!session.account) await put(entry, "sign_in");
      continue;
    }
    // What follows may stand on what could not be sent: the order is kept.
    if (!(await alone(entry.key, () => send(entry, session.token)))) return false;
  }
  return true;
}

async function send(entry, token) {
  await put(entry, "sending");
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  // The token of a page that has been lying around is stale; the session's own is always right.
  body.set("csrfmiddlewaretoken", token);
  let response;
  let answer;
  try {
    response = await fetch(entry.url, { method: "POST", body, headers: { Accept: "application/json" } });
    answer = await response.json();
  } catch {
    // No network, or an answer that is not ours: a proxy's, a Wi-Fi's page of welcome, a token gone stale meanwhile.
    await put(entry, "waiting", { later: response ? Date.now() + WAIT[429] : 0 });
    return false;
  }
  if (response.ok) {
    await put({ ...entry, fields: [], words: [] }, "sent", { answer: answer.url });
    return true;
  }
  const errors = answer.errors ?? [];
  const codes = errors.map((error) => error.code ?? error.extensions?.code);
  if (response.status === 401 || codes.includes("MFA_REQUIRED")) {
    await put(entry, "sign_in");
    return true;
  }
  if (response.status >= 500 || response.status === 429 || codes.some((code) => PASSING.includes(code))) {
    await put(entry, "waiting", { later: Date.now() + (response.status === 422 ? WAIT.busy : WAIT[429]) });
    return false;
  }
  await put(entry, "refused", { errors: errors.map((error) => error.message) });
  return true;
}

/** Old receipts, which hold nothing but an address, go. */
export const outdated = ({ state, since }) => state === "sent" && since < Date.now() - KEPT_AFTER;
