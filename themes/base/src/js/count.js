// "120 karakter lagi" under a text box. Typing on is allowed, as nothing is lost then; the server refuses the excess.

export function characterCount(root) {
  for (const note of root.querySelectorAll("[data-count-for]")) {
    const box = document.getElementById(note.dataset.countFor);
    if (!box || note.dataset.live) continue;
    note.dataset.live = "true";
    const most = Number(note.dataset.max);
    box.removeAttribute("maxlength");
    const spoken = document.createElement("span");
    spoken.className = "hidden-visually";
    spoken.setAttribute("role", "status");
    note.after(spoken);
    let timer;
    const show = () => {
      // A line break travels as two characters.
      const left = most - box.value.replace(/\r?\n/g, "\r\n").length;
      const text = left < 0 ? note.dataset.over : note.dataset.left;
      note.textContent = text.replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
      note.classList.toggle("count--over", left < 0);
      clearTimeout(timer);
      if (left < most * 0.1) timer = setTimeout(() => (spoken.textContent = note.textContent), 1000);
    };
    box.addEventListener("input", show);
    show();
  }
}
