// A city's areas in shades. The numbers are read from the table on the page, which is there without JavaScript too.

import { GeoJSON } from "leaflet/dist/leaflet-src.esm.js";
import { ground } from "./map-ground.js";

export async function areas(element) {
  const { dataset } = element;
  const map = ground(element, { zoomSnap: 0.5 });
  const rows = new Map([...document.querySelectorAll("[data-area]")].map((row) => [row.dataset.area, row.dataset]));
  try {
    const shapes = await (await fetch(dataset.boundaries)).json();
    const layer = new GeoJSON(shapes, {
      style: ({ properties }) => ({ className: `shade shade--${rows.get(properties.code)?.step ?? 0}` }),
      onEachFeature: ({ properties }, area) => area.bindPopup(about(rows.get(properties.code) ?? { name: properties.name, count: 0 })),
    }).addTo(map);
    if (shapes.features.length) map.fitBounds(layer.getBounds());
  } catch {
    element.querySelector("[data-status]").textContent = dataset.textFailed;
  }

  function about({ name, count, url }) {
    const link = document.createElement(url ? "a" : "strong");
    if (url) link.href = url;
    link.textContent = dataset.textCount.replace("{name}", name).replace("{n}", count);
    return link;
  }
}
