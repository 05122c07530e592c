// The way through an officer's tasks: numbered stops, a line between them, and where it begins.

import { DivIcon, LatLngBounds, Marker, Polyline } from "leaflet/dist/leaflet-src.esm.js";
import { ground } from "./map-ground.js";

export function route(element) {
  const points = element.dataset.stops.split(";").map((pair) => pair.split(",").map(Number));
  const map = ground(element);
  new Polyline(points, { className: "route-line", weight: 4, interactive: false }).addTo(map);
  points.forEach((place, index) => {
    const mark = document.createElement("span");
    mark.className = index ? "cluster" : "pin pin--chosen";
    if (index) mark.textContent = index;
    const alt = index ? String(index) : element.dataset.textStart;
    new Marker(place, { icon: new DivIcon({ className: "", html: mark, iconSize: [36, 36] }), alt, title: alt, keyboard: false }).addTo(map);
  });
  map.fitBounds(new LatLngBounds(points), { padding: [32, 32] });
}
