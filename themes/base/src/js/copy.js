// Copying what stands in [data-text] to the clipboard. Where that is not possible it is marked, ready to be copied.

export function start(element) {
  const text = element.querySelector("[data-text]");
  const button = element.querySelector("[data-copy]");
  const status = element.querySelector("[data-status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent.trim());
      status.textContent = element.dataset.textCopied;
    } catch {
      getSelection().selectAllChildren(text);
      status.textContent = element.dataset.textMarked;
    }
  });
}
