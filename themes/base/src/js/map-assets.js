// The things of the city near the pin, as buttons that fill in their code. Without a script one types it.

export function offer(element, assets) {
  if (!element) return;
  const input = document.getElementById(element.dataset.input);
  const buttons = assets.map(({ value, label }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.textContent = label;
    button.setAttribute("aria-pressed", String(input.value === value));
    button.addEventListener("click", () => {
      const chosen = input.value !== value;
      input.value = chosen ? value : "";
      for (const other of buttons) other.setAttribute("aria-pressed", String(chosen && other === button));
    });
    return button;
  });
  element.querySelector("[data-choices]").replaceChildren(...buttons);
  element.hidden = !buttons.length;
}
