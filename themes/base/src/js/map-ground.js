// The ground of a map: tiles, or the city's boundaries where there are none.

import { Control, GeoJSON, Map as LeafletMap, TileLayer } from "leaflet/dist/leaflet-src.esm.js";

const ENOUGH_FAILURES = 3;
const CLOSEST_WITHOUT_TILES = 14; // closer in, the lines that tell where one is would be out of sight
const LEVELS = ["city", "district", "village"];
const LINES = {
  city: { color: "#57534c", weight: 2.5 },
  district: { color: "#8a8378", weight: 1.5 },
  village: { color: "#c9c2b5", weight: 1 },
};

/** What an area is: named, or told by its Kemendagri code (36.74 city, 36.74.01 district, 36.74.01.1001 village). */
function levelOf({ properties }) {
  return properties.level ?? LEVELS[String(properties.code).split(".").length - 2] ?? "village";
}

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

  // In a part of the page that is still folded it has no size. The window's changes Leaflet follows by itself.
  new ResizeObserver(() => map.getSize().y === 0 && map.invalidateSize({ animate: false })).observe(canvas);

  map.createPane("labels").style.zIndex = 450; // above the lines, below the pins

  let drawn = false;
  const boundaries = async () => {
    if (drawn || !dataset.boundaries) return;
    drawn = true;
    try {
      const areas = await (await fetch(dataset.boundaries)).json();
      // The largest areas of the file are the city's ground; the others are lines on it.
      const levels = new Set(areas.features.map(levelOf));
      const land = LEVELS.find((level) => levels.has(level));
      const layer = new GeoJSON(areas, {
        interactive: false,
        style: (feature) => ({ ...LINES[levelOf(feature)], fill: levelOf(feature) === land, fillColor: "#ffffff", fillOpacity: 1 }),
        onEachFeature: (feature, area) => {
          if (levelOf(feature) !== "village") return;
          // As text: Leaflet takes a string for HTML, and names come from a file that somebody uploaded.
          area.bindTooltip(document.createTextNode(feature.properties.name), { permanent: true, direction: "center", className: "map-label", pane: "labels" });
        },
      }).addTo(map);
      layer.eachLayer((area) => levelOf(area.feature) === land && area.bringToBack());
      const labels = () => layer.eachLayer((area) => (map.getZoom() >= 13 ? area.openTooltip?.() : area.closeTooltip?.()));
      map.on("zoomend", labels);
      labels();
      if (map.getZoom() > CLOSEST_WITHOUT_TILES) map.setZoom(CLOSEST_WITHOUT_TILES);
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
