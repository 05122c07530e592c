// A place by a pin. It works by touch, mouse and keyboard, and by typing the coordinates.

import { DivIcon, LatLng, Marker } from "leaflet/dist/leaflet-src.esm.js";
import { offer } from "./map-assets.js";
import { ground } from "./map-ground.js";

const STEP = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

export function picker(element) {
  const { dataset } = element;
  const lat = document.getElementById(dataset.lat);
  const lon = document.getElementById(dataset.lon);
  const status = element.querySelector("[data-status]");
  const map = ground(element);
  const icon = new DivIcon({ className: "", html: '<span class="pin pin--chosen"></span>', iconSize: [36, 36], iconAnchor: [18, 42] });
  let pin;
  let asked;

  const put = (place, { fill = true, look = false } = {}) => {
    if (!pin) {
      pin = new Marker(place, { icon, draggable: true, autoPan: true, keyboard: true }).addTo(map);
      // Leaflet names image markers only (option `alt`).
      pin.getElement().setAttribute("aria-label", dataset.textPin);
      pin.on("dragend", () => put(pin.getLatLng()));
      pin.getElement().addEventListener("keydown", nudge);
    }
    pin.setLatLng(place);
    if (look) map.setView(place, Math.max(map.getZoom(), 16));
    if (fill) {
      lat.value = place.lat.toFixed(6);
      lon.value = place.lng.toFixed(6);
      lat.dispatchEvent(new Event("change", { bubbles: true }));
    }
    name(place);
  };

  // Which kelurahan that is, or that it lies outside the city; the server says it again when the form is sent.
  const name = async (place) => {
    if (!dataset.place) return (status.textContent = dataset.textPlaced);
    const address = dataset.place.replace("{lat}", place.lat.toFixed(6)).replace("{lon}", place.lng.toFixed(6));
    asked = address;
    try {
      const found = await (await fetch(address, { headers: { Accept: "application/json" } })).json();
      if (asked !== address) return;
      status.textContent = found.text;
      offer(document.getElementById(dataset.assets), found.assets ?? []);
    } catch {
      if (asked === address) status.textContent = dataset.textPlaced;
    }
  };

  const nudge = (event) => {
    const step = STEP[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const pixels = event.shiftKey ? 40 : 8;
    const here = map.latLngToContainerPoint(pin.getLatLng());
    put(map.containerPointToLatLng(here.add([step[0] * pixels, step[1] * pixels])));
    map.panInside(pin.getLatLng(), { padding: [48, 48] });
  };

  const typed = () => {
    const place = [Number(lat.value.replace(",", ".")), Number(lon.value.replace(",", "."))];
    if (lat.value && lon.value && place.every(Number.isFinite)) put(new LatLng(...place), { fill: false, look: true });
  };

  map.on("click", (event) => put(event.latlng));
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== map.getContainer()) return;
    event.preventDefault();
    put(map.getCenter());
    pin.getElement().focus();
  });
  lat.addEventListener("input", typed);
  lon.addEventListener("input", typed);
  typed();

  const tools = element.querySelector("[data-tools]");
  tools.hidden = false;
  const locate = tools.querySelector("[data-locate]");
  locate.hidden = !("geolocation" in navigator);
  locate.addEventListener("click", () => {
    status.textContent = dataset.textLocating;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => put(new LatLng(coords.latitude, coords.longitude), { look: true }),
      (refusal) => (status.textContent = refusal.code === 1 ? dataset.textDenied : dataset.textNotFound),
      { enableHighAccuracy: true, timeout: 12000, maximumAge: 30000 },
    );
  });
}
