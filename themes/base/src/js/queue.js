// Forms that are not lost without a network (`<form data-queue="what it is">`), and the bar and the page that show what
// waits. A form is first kept on the phone, then sent; when that fails it stays and goes later: by the service worker
// where the browser has background sync, else when the network is back or a page of the city is opened.

import { PREFIX } from "./draft.js";
import { keepPages, forgetPages } from "./kept-pages.js";
import { flush, outdated } from "./queue-sending.js";
import { SYNC, alone, clear, entries, onChange, put, remove } from "./queue-store.js";
import { sendWithProgress } from "./send.js";

const account = document.documentElement.dataset.account ?? "";
// Pages from the shell and pages after the session's end do not know whose phone this is; until sign-out it stays.
const OWNER = "balai-account";
if (account) localStorage.setItem(OWNER, account);
const owner = account || (localStorage.getItem(OWNER) ?? "");
const POSITION = { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 };

export async function start(bar) {
  let kept;
  try {
    kept = await entries();
  } catch {
    return; // No IndexedDB (a private window): forms are sent as they always were.
  }
  for (const entry of kept.filter(outdated)) await remove(entry.key);
  const own = async () => (await entries()).filter(({ account: whose }) => whose === owner || whose === "");
  const show = async () => draw(bar, await own());

  document.addEventListener("submit", (event) => submitted(event, bar), true);
  document.addEventListener("balai:replaced", () => arrive(bar));
  onChange(show);
  window.addEventListener("online", () => send(bar));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send(bar));
  await arrive(bar);
  await show();
  keepPages(account);
  send(bar);
}

async function send() {
  if (navigator.onLine === false) return;
  if (!(await flush())) wakeLater();
}

async function wakeLater() {
  try {
    await (await navigator.serviceWorker.ready).sync.register(SYNC);
  } catch {
    // Without background sync the page itself sends: when the network is back, or at the next visit.
  }
}

// -- forms ------------------------------------------------------------------------------------------------------------

/** A page was opened, perhaps a kept one: its keys are made fresh, and steps that wait already are shown as such. */
async function arrive(bar) {
  const waiting = (await entries()).filter((entry) => entry.account === owner && entry.state !== "sent");
  for (const form of document.querySelectorAll("form[data-queue]")) {
    const key = form.querySelector("input[name=form_key]");
    if (key && crypto.randomUUID && !form.dataset.arrived) key.value = crypto.randomUUID();
    form.dataset.arrived = "true";
    const address = new URL(form.getAttribute("action") || location.href, location.href).pathname;
    const entry = waiting.find((entry) => entry.url === address && entry.once);
    if (entry && entry.state !== "refused") stepTaken(form, bar, entry);
  }
  const wanted = location.hash.match(/^#kiriman-(.+)$/);
  const entry = wanted && waiting.find((entry) => entry.key === wanted[1] && entry.state === "refused");
  if (entry) await fillIn(entry);
}

async function submitted(event, bar) {
  const form = event.target;
  if (leaving(form)) return signOut(event, form);
  if (form.dataset.queue === undefined || event.defaultPrevented) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.sending) return;
  form.dataset.sending = "true";
  await stamp(form, bar);
  const body = new FormData(form);
  if (event.submitter?.name) body.append(event.submitter.name, event.submitter.value);
  const address = new URL(form.getAttribute("action") || location.href, location.href).pathname;
  const entry = {
    key: body.get("form_key") || crypto.randomUUID(),
    account,
    url: address,
    page: location.pathname,
    what: form.dataset.queue,
    once: form.dataset.step !== undefined,
    at: Date.now(),
    words: typed(form),
    fields: [...body].filter(([name]) => name !== "csrfmiddlewaretoken"),
  };
  delete form.dataset.sending;
  if (navigator.onLine === false && !form.reportValidity()) return;
  try {
    await put(entry, navigator.onLine === false ? "waiting" : "sending");
  } catch {
    // The phone has no room: then it is sent as it always was.
    return navigator.onLine === false ? say(form, bar.dataset.textFull) : form.submit();
  }
  if (navigator.onLine === false) return waits(form, bar, entry);
  await alone(entry.key, () => sendNow(form, event.submitter, bar, entry));
}

/** Sends the form while someone waits for the answer. */
function sendNow(form, submitter, bar, entry) {
  const progress = form.querySelector(".upload progress");
  const report = (text, share) => {
    say(form, text);
    if (!progress) return;
    progress.hidden = share === null;
    if (share !== null) progress.value = share;
  };
  const texts = { sending: bar.dataset.textSending, received: bar.dataset.textReceived, failed: "" };
  return new Promise((settled) => {
    sendWithProgress(form, submitter, texts, report, {
      // The answer is on the screen: a receipt, or what has to be mended.
      arrived: () => settled(remove(entry.key)),
      broke: async (why) => {
        await put(entry, why === "sign-in" ? "sign_in" : "waiting");
        if (why !== "sign-in") waits(form, bar, entry);
        settled();
        if (why === "server") setTimeout(send);
      },
    });
  });
}

/** Into the fields that ask for it: when this was pressed, and where the phone is. */
async function stamp(form, bar) {
  const field = (name) => form.querySelector(`input[name=${name}]`);
  if (field("at_device")) field("at_device").value = new Date().toISOString();
  if (!field("device_lat") || !("geolocation" in navigator)) return;
  say(form, bar.dataset.textLocating);
  const coords = await new Promise((done) => navigator.geolocation.getCurrentPosition(({ coords }) => done(coords), () => done(null), POSITION));
  say(form, "");
  if (!coords) return;
  field("device_lat").value = coords.latitude.toFixed(6);
  field("device_lon").value = coords.longitude.toFixed(6);
  if (field("device_accuracy")) field("device_accuracy").value = Math.round(coords.accuracy);
}

/** What someone wrote, with the labels of the fields: it is shown beside a refusal. */
function typed(form) {
  const words = [];
  for (const box of form.querySelectorAll("textarea, input[type=text]:not([inputmode=decimal])")) {
    const label = box.labels?.[0]?.firstChild?.textContent.trim() ?? "";
    if (box.value.trim()) words.push([label, box.value.trim()]);
  }
  return words;
}

function say(form, text) {
  let place = form.querySelector("[data-queue-status]") ?? form.querySelector("[data-status]");
  if (!place) {
    place = document.createElement("p");
    place.className = "field__hint";
    place.setAttribute("role", "status");
    place.dataset.queueStatus = "";
    form.append(place);
  }
  place.textContent = text;
}

/** It is kept and will go by itself: in the place of the form, so that nobody writes it twice. */
function waits(form, bar, entry) {
  wakeLater();
  if (form.dataset.step !== undefined) return stepTaken(form, bar, entry);
  const note = bar.querySelector("template[data-kept]").content.firstElementChild.cloneNode(true);
  note.dataset.entry = entry.key;
  form.replaceWith(note);
  note.tabIndex = -1;
  note.focus();
}

/** A step of a task that waits for the network: the next steps can be taken meanwhile. */
function stepTaken(form, bar, entry) {
  const step = form.closest("[data-step-of]") ?? form;
  const note = bar.querySelector("template[data-step-kept]").content.firstElementChild.cloneNode(true);
  note.querySelector("[data-what]").textContent = form.dataset.queue;
  for (const later of document.querySelectorAll(`[data-after~="${form.dataset.step}"]`)) later.hidden = false;
  for (const passed of document.querySelectorAll(`[data-until~="${form.dataset.step}"]`)) passed.hidden = true;
  note.dataset.entry = entry.key;
  step.replaceWith(note);
  note.tabIndex = -1;
  note.focus();
}

/** Puts a refused entry back into its form, photos and all. */
async function fillIn(entry) {
  const form = [...document.querySelectorAll("form[data-queue]")].find((form) => form.dataset.queue === entry.what);
  if (!form) return;
  const files = new Map();
  for (const [name, value] of entry.fields) {
    if (value instanceof File) {
      if (value.size) files.set(name, [...(files.get(name) ?? []), value]);
      continue;
    }
    for (const box of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (box.type === "radio" || box.type === "checkbox") box.checked ||= box.value === value;
      else if (box.type !== "file" && box.name !== "csrfmiddlewaretoken") box.value = value;
    }
  }
  for (const [name, photos] of files) {
    const input = form.querySelector(`input[type=file][name="${CSS.escape(name)}"]`);
    if (!input) continue;
    const all = new DataTransfer();
    for (const photo of photos) all.items.add(photo);
    input.files = all.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  form.scrollIntoView();
}

// -- signing out ------------------------------------------------------------------------------------------------------

const leaving = (form) => {
  const address = document.documentElement.dataset.signOut;
  return address && new URL(form.getAttribute("action") || location.href, location.href).pathname === address;
};

async function signOut(event, form) {
  if (form.dataset.cleared) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  form.dataset.cleared = "true";
  localStorage.removeItem(OWNER);
  for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
  await Promise.allSettled([clear(), forgetPages()]);
  form.requestSubmit(event.submitter ?? undefined);
}

// -- what waits -------------------------------------------------------------------------------------------------------

function draw(bar, kept) {
  const open = kept.filter((entry) => entry.state !== "sent");
  const count = (state) => kept.filter((entry) => entry.state === state).length;
  const parts = [
    [bar.dataset.textRefused, count("refused")],
    [bar.dataset.textSignIn, count("sign_in")],
    [bar.dataset.textBusy, count("sending")],
    [bar.dataset.textWaiting, count("waiting")],
  ].filter(([, n]) => n);
  const line = bar.querySelector("[data-line]");
  bar.hidden = !open.length;
  bar.classList.toggle("queue-bar--refused", count("refused") > 0);
  const text = parts.map(([words, n]) => words.replace("{n}", n)).join(" · ");
  if (line.textContent !== text) line.textContent = text;
  const warning = bar.querySelector("template[data-leaving]");
  for (const form of document.forms) {
    if (!leaving(form) || !open.length || form.previousElementSibling?.dataset.leavingNote) continue;
    const note = warning.content.firstElementChild.cloneNode(true);
    note.dataset.leavingNote = "true";
    form.before(note);
  }
  goOn(kept);
  const list = document.querySelector("[data-queue-list]");
  if (list) drawList(list, kept, bar);
}

/** When all that waited on this page has been sent, the page is shown as it is now. */
function goOn(kept) {
  const waited = [...document.querySelectorAll("main [data-entry]")].map((note) => kept.find((entry) => entry.key === note.dataset.entry));
  if (waited.length && waited.every((entry) => entry?.state === "sent")) location.assign(waited[waited.length - 1].answer);
}

function drawList(list, kept, bar) {
  list.parentElement.querySelector("[data-queue-empty]").hidden = kept.length > 0;
  list.replaceChildren(...kept.map((entry) => item(entry, bar)).reverse());
}

function item(entry, bar) {
  const part = document.querySelector("template[data-queue-item]").content.firstElementChild.cloneNode(true);
  const find = (name) => part.querySelector(`[data-${name}]`);
  find("what").textContent = entry.what;
  const states = { waiting: "textOneWaiting", sending: "textOneSending", sign_in: "textOneSignIn", refused: "textOneRefused", sent: "textOneSent" };
  find("state").textContent = bar.dataset[states[entry.state]];
  find("state").dataset.state = entry.state;
  const at = new Date(entry.at);
  find("at").textContent = at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  find("errors").replaceChildren(...entry.errors.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  find("errors").hidden = !entry.errors.length;
  find("words").replaceChildren(
    ...entry.words.flatMap(([label, text]) => [
      Object.assign(document.createElement("dt"), { textContent: label }),
      Object.assign(document.createElement("dd"), { textContent: text }),
    ]),
  );
  const photos = entry.fields.filter(([, value]) => value instanceof File && value.size).length;
  find("photos").hidden = !photos;
  find("photos").textContent = bar.dataset.textPhotos.replace("{n}", photos);
  const link = (name, shown, href) => {
    find(name).hidden = !shown;
    if (shown) find(name).href = href;
  };
  link("open", entry.state === "sent" && entry.answer, entry.answer);
  link("mend", entry.state === "refused", `${entry.page}#kiriman-${entry.key}`);
  link("sign-in", entry.state === "sign_in", `${bar.dataset.signInUrl}?next=${encodeURIComponent("/antrean/")}`);
  find("again").hidden = entry.state !== "waiting";
  find("again").addEventListener("click", async () => {
    await put(entry, "waiting");
    send(bar);
  });
  find("drop").hidden = entry.state === "sending";
  find("drop").addEventListener("click", () => (entry.state === "sent" || confirm(bar.dataset.textSure)) && remove(entry.key));
  return part;
}
