// Sharing an address: the phone's own sheet where there is one, else the clipboard. The field holds it in any case.

export function start(element) {
  const field = element.querySelector("input");
  const button = element.querySelector("[data-share]");
  const status = element.querySelector("[data-status]");
  if (!navigator.share && !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      if (navigator.share) return await navigator.share({ title: document.title, url: field.value });
      await navigator.clipboard.writeText(field.value);
      status.textContent = element.dataset.textCopied;
    } catch {
      field.select(); // the sheet was closed, or the clipboard is not ours
    }
  });
}
