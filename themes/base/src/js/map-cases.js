// Reports on a map, from a GeoJSON address. Points that would lie on one another are shown as a number; features that
// already are clusters (property `count`) are shown as they come.

import { DivIcon, LatLngBounds, LayerGroup, Marker } from "leaflet/dist/leaflet-src.esm.js";
import { ground } from "./map-ground.js";

const APART = 48; // pixels: wider than a fingertip
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
    const groups = [];
    for (const feature of features) {
      const at = map.project(place(feature));
      const near = feature.properties.count ? null : groups.find((group) => group.at && group.at.distanceTo(at) < APART);
      if (near) near.push(feature);
      else groups.push(Object.assign([feature], { at: feature.properties.count ? null : at }));
    }
    layer.clearLayers();
    for (const group of groups) {
      const count = group.reduce((sum, feature) => sum + (feature.properties.count ?? 1), 0);
      (group.length > 1 || group[0].properties.count ? cluster(group, count) : point(group[0])).addTo(layer);
    }
  };

  const place = ({ geometry }) => [geometry.coordinates[1], geometry.coordinates[0]];

  const cluster = (group, count) => {
    const label = document.createElement("span");
    label.className = group.some(({ properties }) => properties.late) ? "cluster cluster--late" : "cluster";
    label.textContent = count;
    const alt = dataset.textCluster.replace("{n}", count);
    const icon = new DivIcon({ className: "", html: label, iconSize: [44, 44] });
    const marker = new Marker(place(group[0]), { icon, alt, title: alt });
    marker.on("click keypress", () =>
      map.getZoom() >= map.getMaxZoom() ? marker.bindPopup(list(group)).openPopup() : map.setView(new LatLngBounds(group.map(place)).getCenter(), Math.min(map.getZoom() + 2, 19)),
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
  map.on("zoomend", draw);
  if (!byView) return;
  let timer;
  map.on("moveend", () => {
    clearTimeout(timer);
    timer = setTimeout(load, 250);
  });
}
