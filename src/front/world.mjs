// Outlines of the countries → world.json: node world.mjs OUT
//
// Natural Earth 1:50m, from the package world-atlas, in the Equal Earth projection. The outlines
// are Natural Earth's and imply no opinion. Simplified on the sphere before projecting, so that
// neighbours keep their common border; then whole numbers, each point relative to the one before,
// which is a fifth of the size. The same packages give the same bytes.
//
// {"width", "height", "countries": [{"id": ISO 3166-1 numeric or null, "name", "path", "centre"}]}

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { geoArea, geoCentroid, geoContains, geoEqualEarth, geoPath } from "d3-geo";
import { feature } from "topojson-client";
import { presimplify, simplify, sphericalTriangleArea } from "topojson-simplify";

const WIDTH = 4000;
// Details and islands smaller than this are left out, in squares of a unit: a dot of a screen that
// shows the map 1,000 dots wide is 16 of them.
const DETAIL = 8;
const SMALLEST = 24;

const require = createRequire(import.meta.url);
const atlas = JSON.parse(readFileSync(require.resolve("world-atlas/countries-50m.json"), "utf8"));
const projection = geoEqualEarth().fitWidth(WIDTH, { type: "Sphere" });
const height = Math.ceil(geoPath(projection).bounds({ type: "Sphere" })[1][1]);
// Equal Earth keeps areas: the sphere's steradians become squares of the scale.
const squares = projection.scale() ** 2;

/** The polygons of each country, whole and simplified, by its code; those without one, by name. */
function grouped() {
  const detailed = feature(atlas, atlas.objects.countries).features;
  const plain = simplify(presimplify(atlas, sphericalTriangleArea), DETAIL / squares);
  const coarse = feature(plain, plain.objects.countries).features;
  const countries = new Map();
  detailed.forEach((whole, place) => {
    const { id = null, properties } = whole;
    const key = id ?? properties.name;
    const found = countries.get(key) ?? { id, name: properties.name, polygons: [] };
    const kept = polygons(coarse[place].geometry);
    polygons(whole.geometry).forEach((one, number) => {
      found.polygons.push({ whole: one, kept: kept[number], area: geoArea(one) * squares });
    });
    countries.set(key, found);
  });
  return [...countries.values()];
}

function polygons({ type, coordinates }) {
  const all = type === "Polygon" ? [coordinates] : coordinates;
  return all.map((one) => ({ type: "Polygon", coordinates: one }));
}

/** A country for the map: its largest polygon is always there, however small. */
function country({ id, name, polygons }) {
  const [first, ...others] = polygons.toSorted((a, b) => b.area - a.area);
  // A ring that simplifying turned inside out would be the rest of the world.
  const sound = ({ kept }) => geoArea(kept) < 2 * Math.PI && drawn(kept);
  const large = others.filter((one) => one.area >= SMALLEST && sound(one));
  const path = [sound(first) || drawn(first.whole) || speck(first.whole), ...large.map(sound)].join("");
  return { id, name, path, centre: centre(first.whole) };
}

/** The path of a polygon; empty where rounding leaves no surface. */
function drawn(polygon) {
  const rings = [];
  geoPath(projection, {
    moveTo: (x, y) => rings.push([[x, y]]),
    lineTo: (x, y) => rings.at(-1).push([x, y]),
    closePath: () => {},
    arc: () => {},
  })(polygon);
  return rings.map(ring).join("");
}

function ring(points) {
  const rounded = points.map((point) => point.map(Math.round));
  const moved = rounded.filter(
    ([x, y], place) => place === 0 || x !== rounded[place - 1][0] || y !== rounded[place - 1][1],
  );
  if (moved.length < 4) return "";
  const steps = moved.slice(1).map(([x, y], place) => [x - moved[place][0], y - moved[place][1]]);
  return `M${pair(moved[0])}l${steps.slice(0, -1).map(pair).join(" ").replaceAll(" -", "-")}Z`;
}

function pair([x, y]) {
  return y < 0 ? `${x}${y}` : `${x} ${y}`;
}

/** A small diamond for what is too small to have an outline at this scale. */
function speck(polygon) {
  const [x, y] = centre(polygon).map(Math.round);
  return `M${pair([x, y - 2])}l2 2-2 2-2-2Z`;
}

/** A point in the polygon: its centre of mass, or the middle of its widest part at that height. */
function centre(polygon) {
  const middle = geoCentroid(polygon);
  const [x, y] = projection(middle);
  const inside = (at) => geoContains(polygon, projection.invert([at, y]));
  if (geoContains(polygon, middle)) return [x, y].map(Math.round);
  const [[left], [right]] = geoPath(projection).bounds(polygon);
  let widest = [x, x];
  let from = null;
  for (let at = left; at <= right + 1; at += 1) {
    if (at <= right && inside(at)) from ??= at;
    else if (from !== null) {
      if (at - from > widest[1] - widest[0]) widest = [from, at - 1];
      from = null;
    }
  }
  return [(widest[0] + widest[1]) / 2, y].map(Math.round);
}

// Code units, not a locale: the same order everywhere. Those without a code come last.
const key = ({ id, name }) => `${id ?? "~"} ${name}`;
const order = (a, b) => (key(a) < key(b) ? -1 : 1);
const world = { width: WIDTH, height, countries: grouped().map(country).sort(order) };
const out = process.argv[2];
if (!out) {
  process.stderr.write("Say where to write: node world.mjs OUT\n");
  process.exit(2);
}
writeFileSync(`${out}.part`, `${JSON.stringify(world)}\n`);
renameSync(`${out}.part`, out);
