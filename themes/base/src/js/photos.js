// Photo field: previews, taking one out again, and making pictures small before they travel (1,600 px, JPEG). Drawing
// them anew also leaves the place and time stored inside the file behind; the server does so in any case. Photos of
// work (data-evidence) take them along, because the server compares them with the report's before it forgets them.

import { withExif } from "./exif.js";
import { sendWithProgress } from "./send.js";

const LONGEST = 1600;
const QUALITY = 0.82;

export function start(box) {
  const input = box.querySelector("input[type=file]");
  const list = box.querySelector("[data-list]");
  const status = box.querySelector("[data-status]");
  const bar = box.querySelector("progress");
  const { dataset } = box;
  const most = Number(dataset.max);
  const photos = [];

  const say = (text, share = null) => {
    status.textContent = text;
    bar.hidden = share === null;
    if (share !== null) bar.value = share;
  };

  const show = () => {
    const files = new DataTransfer();
    list.replaceChildren(
      ...photos.map((photo, index) => {
        files.items.add(photo);
        return preview(photo, index);
      }),
    );
    input.files = files.files;
    const bytes = photos.reduce((sum, photo) => sum + photo.size, 0);
    const size = (bytes / 1e6).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
    say(photos.length ? dataset.textReady.replace("{n}", photos.length).replace("{size}", size) : "");
  };

  const preview = (photo, index) => {
    const item = box.querySelector("template").content.firstElementChild.cloneNode(true);
    const picture = item.querySelector("img");
    picture.src = URL.createObjectURL(photo);
    picture.onload = () => URL.revokeObjectURL(picture.src);
    picture.onerror = () => picture.remove(); // a format that this browser cannot draw still travels
    picture.alt = `${dataset.textPhoto} ${index + 1}`;
    item.querySelector("figcaption").textContent = photo.name;
    const remove = item.querySelector("button");
    remove.setAttribute("aria-label", `${dataset.textRemove} ${index + 1}`);
    remove.addEventListener("click", () => {
      photos.splice(index, 1);
      show();
      input.focus();
    });
    return item;
  };

  input.addEventListener("change", async () => {
    const chosen = [...input.files];
    // Photos that arrived with an earlier try are ticked boxes: the server keeps them.
    const room = most - photos.length - box.querySelectorAll("[data-kept] input:checked").length;
    for (const [index, file] of chosen.slice(0, Math.max(room, 0)).entries()) {
      say(dataset.textShrinking.replace("{n}", index + 1).replace("{all}", Math.min(chosen.length, room)), index / chosen.length);
      photos.push(await shrink(file, dataset.evidence !== undefined));
    }
    show();
    if (chosen.length > room) say(dataset.textTooMany);
  });

  const form = input.form;
  if (!form || dataset.progress === "off") return;
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !photos.length) return; // queue.js may have taken it
    event.preventDefault();
    if (form.dataset.sending) return;
    const texts = { sending: dataset.textSending, received: dataset.textReceived, failed: dataset.textFailed };
    sendWithProgress(form, event.submitter, texts, say);
  });
}

/** The picture as a JPEG of at most 1,600 px, or the file itself where that is smaller or cannot be done. */
async function shrink(file, evidence) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!small || (scale === 1 && small.size >= file.size)) return file;
    const whole = evidence ? await withExif(small, file) : small;
    return new File([whole], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file;
  }
}
