// The ground of a map: tiles, or the city's boundaries where there are none.

import { Control, GeoJSON, Map as LeafletMap, TileLayer } from "leaflet/dist/leaflet-src.esm.js";

const ENOUGH_FAILURES = 3;

/** A Leaflet map in the element's [data-canvas], centred on data-center ("lat,lon") at data-zoom. */
export function ground(element, options = {}) {
  const { dataset } = element;
  const canvas = element.querySelector("[data-canvas]");
  element.querySelector("[data-fallback]")?.remove();
  const map = new LeafletMap(canvas, { scrollWheelZoom: false, zoomControl: false, minZoom: 9, maxZoom: 19, ...options });
  map.attributionControl.setPrefix(false);
  new Control.Zoom({ zoomInTitle: dataset.textZoomIn, zoomOutTitle: dataset.textZoomOut }).addTo(map);
  canvas.setAttribute("role", "region");
  canvas.setAttribute("aria-label", dataset.textMap);
  map.setView((dataset.center || "-2.5,118").split(",").map(Number), Number(dataset.zoom || 13));
  // The wheel scrolls the page until someone is at work on the map.
  map.on("focus click", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());

  let drawn = false;
  const boundaries = async () => {
    if (drawn || !dataset.boundaries) return;
    drawn = true;
    try {
      const areas = await (await fetch(dataset.boundaries)).json();
      const layer = new GeoJSON(areas, {
        interactive: false,
        style: ({ properties: { level } }) =>
          level === "city"
            ? { color: "#57534c", weight: 2.5, fillColor: "#ffffff", fillOpacity: 1 }
            : { color: level === "district" ? "#8a8378" : "#c9c2b5", weight: level === "district" ? 1.5 : 1, fill: false },
        onEachFeature: (feature, area) => {
          if (feature.properties.level !== "village") return;
          area.bindTooltip(feature.properties.name, { permanent: true, direction: "center", className: "map-label" });
        },
      }).addTo(map);
      layer.eachLayer((area) => area.feature.properties.level === "city" && area.bringToBack());
      const labels = () => layer.eachLayer((area) => (map.getZoom() >= 13 ? area.openTooltip?.() : area.closeTooltip?.()));
      map.on("zoomend", labels);
      labels();
      if (!dataset.center) map.fitBounds(layer.getBounds());
    } catch {
      drawn = false;
    }
  };

  if (!dataset.tiles || navigator.onLine === false) {
    boundaries();
    return map;
  }
  let arrived = 0;
  let failed = 0;
  const tiles = new TileLayer(dataset.tiles, { maxZoom: 19, attribution: dataset.attribution }).addTo(map);
  tiles.on("tileload", () => (arrived += 1));
  tiles.on("tileerror", () => {
    failed += 1;
    if (arrived || failed < ENOUGH_FAILURES) return;
    tiles.remove();
    boundaries();
  });
  return map;
}
