// Sends a form with files and shows how far the upload has come. The answer is put in the place of <main>, as if the
// browser had gone there; when the connection breaks, nothing that was typed is lost.

import { busy, ready } from "./guard.js";

/**
 * `texts`: sending ("Mengirim, {n} persen"), failed, received. `report(text, share)`: share is 0…1, or null when done.
 * `arrived()` when the server has answered this form; `broke(why)` when it has not: "network", "server" or "sign-in" (the
 * sign-in page is shown).
 */
export function sendWithProgress(form, submitter, texts, report, { arrived = () => {}, broke } = {}) {
  const body = new FormData(form);
  if (submitter?.name) body.append(submitter.name, submitter.value);
  busy(form, submitter);
  const request = new XMLHttpRequest();
  request.open("POST", form.getAttribute("action") || location.href);
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    const share = event.loaded / event.total;
    report(share < 1 ? texts.sending.replace("{n}", Math.round(share * 100)) : texts.received, share);
  });
  const failed = (why) => {
    ready(form);
    report(texts.failed, null);
    broke?.(why);
  };
  request.addEventListener("error", () => failed("network"));
  request.addEventListener("load", () => {
    // Everything but a page to go on with, or the form with its mistakes.
    if (broke && request.status >= 400 && request.status !== 422) return failed("server");
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    const main = answer.querySelector("main");
    if (!main) return failed("server");
    const signIn = document.documentElement.dataset.signIn;
    if (broke && signIn && new URL(request.responseURL).pathname === signIn) broke("sign-in");
    else arrived();
    document.title = answer.title;
    if (request.responseURL && request.responseURL !== location.href) history.pushState(null, "", request.responseURL);
    const old = document.querySelector("main");
    old.replaceWith(main);
    main.dispatchEvent(new CustomEvent("balai:replaced", { bubbles: true }));
    window.scrollTo(0, 0);
    (main.querySelector("[data-focus]") ?? main).focus();
  });
  request.send(body);
}

// Going back after such a step loads the page that the address names.
window.addEventListener("popstate", () => location.reload());
