// Maps, for pages that have one. data-map="picker": one pin that fills two fields. data-map="cases": points from a
// GeoJSON address. data-map="areas": areas in shades, from a table on the page. data-map="route": numbered stops with a
// line. Where tiles do not come (no network, none configured) the boundaries are drawn instead.

import { areas } from "./map-areas.js";
import { cases } from "./map-cases.js";
import { picker } from "./map-picker.js";
import { route } from "./map-route.js";

const KINDS = { areas, cases, picker, route };

export function start(element) {
  (KINDS[element.dataset.map] ?? cases)(element);
}
