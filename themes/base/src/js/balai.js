// Every page loads this. It makes working pages nicer; no page needs it. Texts come from data attributes, so that
// they are translated where all others are.

import { characterCount } from "./count.js";
import { guardSubmits } from "./guard.js";
import { installWorker } from "./install.js";

const HTMX = "[hx-get],[hx-post],[hx-put],[hx-patch],[hx-delete],[hx-boost]";
const page = document.documentElement;

/** Bring the elements under `root` to life. Called for the page and again for every part that is put into it later. */
export function enliven(root) {
  characterCount(root);
  for (const element of root.querySelectorAll("[data-module]")) {
    if (element.dataset.live) continue;
    element.dataset.live = "true";
    import(element.dataset.module).then(
      (module) => module.start(element),
      () => delete element.dataset.live,
    );
  }
  if (page.dataset.htmx && (root.matches?.(HTMX) || root.querySelector(HTMX))) import(page.dataset.htmx);
}

guardSubmits();
enliven(document);
document.addEventListener("htmx:load", (event) => enliven(event.detail.elt));
document.addEventListener("balai:replaced", (event) => enliven(event.target));

// After a failed form the summary of mistakes is read first.
document.querySelector("[data-focus]")?.focus();

installWorker(page.dataset.worker);
