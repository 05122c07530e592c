// Maps, for pages that have one. data-map="picker": one pin that fills two fields. data-map="cases": points from a
// GeoJSON address. Where tiles do not come (no network, none configured) the boundaries are drawn instead.

import { cases } from "./map-cases.js";
import { picker } from "./map-picker.js";

export function start(element) {
  (element.dataset.map === "picker" ? picker : cases)(element);
}
