// Bundles the front end: `npm run build` (or `npm run watch`) fills themes/base/static/balai/, which git ignores.
//
// What comes out, and who loads it:
//   balai.css, balai.js      every page (htmx is a file of its own, fetched only by pages that use it)
//   map.css, map.js          pages with a map (Leaflet)
//   near.js                  the home page: reports around the visitor
//   nearest.js               the public list: the nearest reports first
//   photos.js                pages with a photo field
//   queue.js                 every page: what waits on the phone for a network
//   copy.js                  the receipt: the tracking code to the clipboard
//   draft.js                 long forms: the words stay on the device until they are sent
//   share.js                 pages whose address one may want to pass on
//   graphiql.css, .js        GraphiQL at /graphql/, for developers (large: React and an editor; residents never load it)
//   sw.js                    the service worker; the portal serves it at /sw.js
//   icons.svg                the sprite behind components/icon.html, from the names in src/icons.json
//   fonts/*.woff2            the typefaces a city may choose (latin subset)

import { build, context } from "esbuild";
import { copyFile, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "base/src");
const target = join(here, "base/static/balai");
const packageFolder = (name) => join(here, "../node_modules", name);

// gzipped bytes; the build fails above them, because a cheap phone pays for every one.
const budgets = { "balai.css": 25_000, "balai.js + htmx.js": 25_000, "fonts/*.woff2 each": 60_000 };

const fonts = {
  "jakarta.woff2": ["@fontsource-variable/plus-jakarta-sans", "plus-jakarta-sans-latin-wght-normal.woff2"],
  "figtree.woff2": ["@fontsource-variable/figtree", "figtree-latin-wght-normal.woff2"],
  "lora.woff2": ["@fontsource-variable/lora", "lora-latin-wght-normal.woff2"],
};

async function sprite() {
  const folder = join(packageFolder("@tabler/icons"), "icons");
  const names = JSON.parse(await readFile(join(source, "icons.json"), "utf8"));
  const symbols = [];
  for (const [name, drawing] of Object.entries(names)) {
    const [file, variant = "outline"] = drawing.split("/").reverse();
    const svg = await readFile(join(folder, variant, `${file}.svg`), "utf8");
    const shapes = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/<svg[\s\S]*?>|<\/svg>/g, "").replace(/\s*\n\s*/g, "");
    const paint = variant === "filled" ? ' fill="currentColor" stroke="none"' : "";
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24"${paint}>${shapes.replace(/<path stroke="none"[^>]*\/>/, "")}</symbol>`);
  }
  await writeFile(join(target, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`);
}

async function copyFonts() {
  await mkdir(join(target, "fonts"), { recursive: true });
  for (const [name, [family, file]] of Object.entries(fonts)) {
    await copyFile(join(packageFolder(family), "files", file), join(target, "fonts", name));
  }
}

async function report() {
  const size = async (name) => gzipSync(await readFile(join(target, name)), { level: 9 }).length;
  const sizes = {};
  for (const name of ["balai.css", "balai.js", "htmx.js", "photos.js", "queue.js", "map.css", "map.js", "sw.js", "icons.svg"]) {
    sizes[name] = await size(name);
  }
  for (const [name, bytes] of Object.entries(sizes)) console.log(`${name.padEnd(12)} ${(bytes / 1000).toFixed(1)} kB gzipped`);
  const over = [];
  if (sizes["balai.css"] > budgets["balai.css"]) over.push("balai.css");
  if (sizes["balai.js"] + sizes["htmx.js"] > budgets["balai.js + htmx.js"]) over.push("balai.js + htmx.js");
  for (const name of Object.keys(fonts)) {
    if ((await stat(join(target, "fonts", name))).size > budgets["fonts/*.woff2 each"]) over.push(name);
  }
  if (over.length) throw new Error(`over budget: ${over.join(", ")}`);
}

const options = {
  entryPoints: {
    balai: join(source, "js/balai.js"),
    htmx: join(source, "js/htmx.js"),
    map: join(source, "js/map.js"),
    near: join(source, "js/near.js"),
    nearest: join(source, "js/nearest.js"),
    photos: join(source, "js/photos.js"),
    queue: join(source, "js/queue.js"),
    copy: join(source, "js/copy.js"),
    share: join(source, "js/share.js"),
    draft: join(source, "js/draft.js"),
    sw: join(source, "js/sw.js"),
    "balai-css": join(source, "css/balai.css"),
    "map-css": join(source, "css/map.css"),
  },
  entryNames: "[name]",
  outdir: target,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome87", "firefox91", "safari14"],
  // Safari 14 has a fault in one corner of it that this code does not touch.
  supported: { destructuring: true },
  legalComments: "none",
  logLevel: "warning",
};

const graphiql = {
  ...options,
  entryPoints: { graphiql: join(source, "js/graphiql.js"), "graphiql-css": join(source, "css/graphiql.css") },
  target: ["es2022"],
  define: { "process.env.NODE_ENV": '"production"' },
};

// GraphiQL's style sheet carries its typefaces inside, which our content security policy does not let in.
const withoutFonts = {
  name: "style-sheets-without-fonts",
  setup(on) {
    on.onLoad({ filter: /node_modules[\\/]graphiql[\\/].*\.css$/ }, async ({ path }) => {
      const css = await readFile(path, "utf8");
      return { contents: css.replace(/@font-face\s*\{[^}]*\}/g, ""), loader: "css" };
    });
  },
};

// Style sheets and scripts of one name would clash as entries, so the sheets are renamed on the way out.
const rename = {
  name: "rename-style-sheets",
  setup(on) {
    on.initialOptions.write = false;
    on.onEnd(async ({ outputFiles = [] }) => {
      await mkdir(target, { recursive: true });
      for (const file of outputFiles) await writeFile(file.path.replace(/-css\.css$/, ".css"), file.contents);
    });
  },
};

// Leaflet's style sheet names pictures of controls that we draw ourselves, and a behaviour of a dead browser.
const withoutPictures = {
  name: "style-sheets-without-pictures",
  setup(on) {
    on.onLoad({ filter: /leaflet\.css$/ }, async ({ path }) => {
      const css = await readFile(path, "utf8");
      return { contents: css.replace(/[\w-]+:\s*url\([^;]*;/g, ""), loader: "css" };
    });
  },
};

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await Promise.all([sprite(), copyFonts(), build({ ...graphiql, plugins: [withoutFonts, rename] })]);
if (process.argv.includes("--watch")) {
  const watching = await context({ ...options, plugins: [withoutPictures, rename], logLevel: "info" });
  await watching.watch();
} else {
  await build({ ...options, plugins: [withoutPictures, rename] });
  await report();
}
