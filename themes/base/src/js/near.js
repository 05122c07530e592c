// What has been reported around the visitor. The position goes in the body of a POST, never into an address or a log.

export function start(element) {
  const { dataset } = element;
  const button = element.querySelector("[data-locate]");
  const status = element.querySelector("[data-status]");
  const found = element.querySelector("[data-found]");

  const show = async ({ coords }) => {
    const place = new URLSearchParams({ lat: coords.latitude.toFixed(5), lon: coords.longitude.toFixed(5) });
    try {
      const answer = await fetch(dataset.address, { method: "POST", body: place });
      if (!answer.ok) throw new Error(answer.statusText);
      // A part of a page, drawn and escaped by the server like any other; parsed so, no script in it would run.
      const part = new DOMParser().parseFromString(await answer.text(), "text/html");
      found.replaceChildren(...part.body.childNodes);
      status.textContent = "";
      found.dispatchEvent(new Event("balai:replaced", { bubbles: true }));
    } catch {
      status.textContent = dataset.textFailed;
    }
  };

  button.hidden = !("geolocation" in navigator);
  button.addEventListener("click", () => {
    status.textContent = dataset.textLocating;
    navigator.geolocation.getCurrentPosition(show, () => (status.textContent = dataset.textDenied), {
      timeout: 12000,
      maximumAge: 60000,
    });
  });
}
