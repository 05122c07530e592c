// A long form's words stay on this device until it is sent, so that a closed tab loses nothing: of one account, without
// photos, gone with signing out (see queue.js). A form that comes with words of its own keeps those.

export const PREFIX = "balai-draft:";
const AFTER_TYPING = 400;
const TYPED = "textarea[name], input[name][type=text]";

export function start(note) {
  const form = note.closest("form");
  const place = `${PREFIX}${document.documentElement.dataset.account ?? ""}:${location.pathname}`;
  // What is for robots only, and what is hidden, nobody has typed.
  const fields = () => [...form.elements].filter(({ name, type, tabIndex }) => name && kept(type) && tabIndex >= 0);
  const written = () => [...form.querySelectorAll(TYPED)].some((field) => field.tabIndex >= 0 && field.value.trim());

  const save = () => {
    const values = fields().filter(({ type, checked }) => type !== "radio" || checked);
    store(place, written() ? JSON.stringify(values.map(({ name, value }) => [name, value])) : "");
  };
  const restore = () => {
    for (const [name, value] of JSON.parse(localStorage.getItem(place) || "[]")) {
      for (const field of fields().filter((one) => one.name === name)) {
        if (field.type === "radio") field.checked = field.value === value;
        else field.value = value;
      }
    }
    return written();
  };

  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, AFTER_TYPING);
  });
  // Sent, or kept by the queue or on the account; what is refused comes back in the page. The queue stops the event at the
  // document, so it is heard before.
  const sent = (event) => {
    if (event.target !== form) return;
    clearTimeout(timer);
    store(place, "");
  };
  window.addEventListener("submit", sent, true);
  note.querySelector("button").addEventListener("click", () => {
    store(place, "");
    form.reset();
    note.hidden = true;
    form.querySelector(TYPED).focus();
  });
  if (written()) save();
  else note.hidden = !restore();
}

const kept = (type) => ["text", "textarea", "select-one", "radio"].includes(type);

function store(place, text) {
  try {
    if (text) localStorage.setItem(place, text);
    else localStorage.removeItem(place);
  } catch {
    // No room, or a private window: the form works as it always did.
  }
}
