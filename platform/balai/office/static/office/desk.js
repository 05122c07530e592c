// Keys for the inbox. Everything they do can be done by links, boxes and buttons, too.
const rows = [...document.querySelectorAll("[data-desk-row]")];
const help = document.querySelector("[data-desk-keys]");
const helpButton = document.querySelector("[data-desk-help]");
const link = (row) => row.querySelector(".office-table__main a");
const box = (row) => row.querySelector("input[type=checkbox]");
const here = () => rows.findIndex((row) => row.contains(document.activeElement));

function go(step) {
  const from = here();
  const next = rows[from < 0 ? (step > 0 ? 0 : rows.length - 1) : from + step];
  if (next) link(next).focus();
}

const acts = {
  j: () => go(1),
  k: () => go(-1),
  x: () => {
    const row = rows[here()];
    if (row && box(row)) box(row).checked = !box(row).checked;
  },
  o: () => {
    const row = rows[here()];
    if (row) link(row).click();
  },
  "/": () => document.getElementById("desk-q")?.focus(),
  b: () => document.getElementById("bulk-move")?.focus(),
  "?": () => help?.showModal(),
};

const typing = (element) =>
  element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]") || element.closest("dialog[open]");

document.addEventListener("keydown", (event) => {
  const act = acts[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  event.preventDefault();
  act();
});

if (helpButton && help) {
  helpButton.hidden = false;
  helpButton.addEventListener("click", () => help.showModal());
}
