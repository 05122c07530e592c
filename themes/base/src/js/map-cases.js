// Reports on a map, from a GeoJSON address. Points that would lie on one another are shown as a number; features that
// already are clusters (property `count`) are shown as they come.

import { DivIcon, LatLngBounds, LayerGroup, Marker } from "leaflet/dist/leaflet-src.esm.js";
import { ground } from "./map-ground.js";

const CELL = 56; // pixels: wider than a fingertip
const STATES = ["waiting", "process", "done"];

export function cases(element) {
  const { dataset } = element;
  const map = ground(element);
  const layer = new LayerGroup().addTo(map);
  const byView = dataset.points.includes("{bbox}");
  let features = [];

  const load = async () => {
    const box = map.getBounds().toBBoxString();
    try {
      const answer = await fetch(dataset.points.replace("{bbox}", box).replace("{zoom}", map.getZoom()));
      features = (await answer.json()).features ?? [];
      draw();
    } catch {
      element.querySelector("[data-status]").textContent = dataset.textFailed;
    }
  };

  const draw = () => {
    const cells = new Map();
    for (const feature of features) {
      const [lng, lat] = feature.geometry.coordinates;
      const at = map.project([lat, lng]).divideBy(CELL).floor();
      const key = feature.properties.count ? feature : `${at.x}:${at.y}`;
      if (!cells.has(key)) cells.set(key, []);
      cells.get(key).push(feature);
    }
    layer.clearLayers();
    for (const group of cells.values()) {
      const count = group.reduce((sum, feature) => sum + (feature.properties.count ?? 1), 0);
      (count > 1 ? cluster(group, count) : point(group[0])).addTo(layer);
    }
  };

  const place = (feature) => [...feature.geometry.coordinates].slice(0, 2).reverse();

  const cluster = (group, count) => {
    const bounds = new LatLngBounds(group.map(place));
    const label = document.createElement("span");
    label.className = "cluster";
    label.textContent = count;
    const alt = dataset.textCluster.replace("%s", count);
    const icon = new DivIcon({ className: "", html: label, iconSize: [44, 44] });
    const marker = new Marker(bounds.getCenter(), { icon, alt, title: alt });
    marker.on("click keypress", () =>
      map.getZoom() >= map.getMaxZoom() ? marker.bindPopup(list(group)).openPopup() : map.setView(bounds.getCenter(), Math.min(map.getZoom() + 2, 19)),
    );
    return marker;
  };

  const point = (feature) => {
    const { properties } = feature;
    const state = properties.late ? "late" : STATES.find((name) => name === properties.state) ?? "waiting";
    const icon = new DivIcon({ className: "", html: `<span class="pin pin--${state}"></span>`, iconSize: [24, 24] });
    return new Marker(place(feature), { icon, alt: properties.title, title: properties.title }).bindPopup(list([feature]));
  };

  const list = (group) => {
    const content = document.createElement("div");
    for (const { properties } of group) {
      const link = document.createElement(properties.url ? "a" : "strong");
      if (properties.url) link.href = properties.url;
      link.textContent = properties.title;
      const about = document.createElement("div");
      about.textContent = [properties.state_label, properties.summary].filter(Boolean).join(" · ");
      content.append(link, about);
    }
    return content;
  };

  load();
  map.on("zoomend", byView ? () => {} : draw);
  if (!byView) return;
  let timer;
  map.on("moveend", () => {
    clearTimeout(timer);
    timer = setTimeout(load, 250);
  });
}
