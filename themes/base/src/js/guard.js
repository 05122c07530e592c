// One press, one case: while a form is on its way its button is off and says so ("Mengirim…").

/** Marks the form as sent. The mark is in the page, so that every script sees the same one. */
export function busy(form, submitter) {
  form.dataset.sending = "true";
  const button = submitter ?? form.querySelector("button:not([type=button])");
  // After this turn of the event loop: a button that is disabled at once does not send its own name and value.
  setTimeout(() => {
    if (!button || !form.dataset.sending) return;
    button.dataset.label = button.innerHTML;
    button.dataset.busy = "true";
    button.disabled = true;
    button.textContent = button.dataset.busyText || document.documentElement.dataset.busyText;
  });
}

export function ready(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll("button[data-busy]")) {
    button.disabled = false;
    button.innerHTML = button.dataset.label;
    delete button.dataset.busy;
  }
}

export function guardSubmits() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("method")?.toLowerCase() !== "post" || form.dataset.guard === "off") return;
    if (form.dataset.sending) return event.preventDefault();
    if (!event.defaultPrevented) busy(form, event.submitter);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    // A form that htmx sent; what htmx fetches for a part of the form leaves the form on its way.
    if (event.target instanceof HTMLFormElement) ready(event.target);
  });
  // The back button shows the page as it was left: with its button off.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) for (const form of document.forms) ready(form);
  });
}
