// What pages are shown with: scripts in one file each, the engine, the styles, and the licences.
// Called by the build hook with the folder to write into.

import { copyFile, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const OUT = process.argv[2];
const MODULES = "node_modules";

async function scripts() {
  await build({
    entryPoints: ["readouts.js", "sparql.js", "engine.js", "sparql.css", "style.css"],
    outdir: OUT,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none", // licences.json tells them, whole
    logLevel: "error",
    // What a page needs is fetched when it does; what several need, once.
    splitting: true,
    chunkNames: "[name]-[hash]",
  });
}

// Every package that is not for the build alone, as the lock file has it.
async function licences() {
  const lock = JSON.parse(await readFile("package-lock.json", "utf8"));
  const paths = Object.keys(lock.packages).filter((path) => path && !lock.packages[path].dev);
  const told = await Promise.all(paths.sort().map(licence));
  if (told.length === 0) throw new Error("package-lock.json names nothing that is bundled");
  await writeFile(join(OUT, "licences.json"), `${JSON.stringify({ packages: told }, null, 1)}\n`);
}

async function licence(path) {
  const about = JSON.parse(await readFile(join(path, "package.json"), "utf8"));
  const file = (await readdir(path)).find((name) => /^licen[cs]e/i.test(name));
  const address = (about.repository?.url ?? about.repository ?? about.homepage ?? "")
    .replace(/^(git\+https|git):/, "https:")
    .replace(/\.git$/, "")
    .replace(/^([\w.-]+\/[\w.-]+)$/, "https://github.com/$1");
  if (!about.license || !(file || address)) throw new Error(`${path} names no licence`);
  return {
    name: about.name,
    version: about.version,
    licence: about.license,
    link: address,
    text: file ? await readFile(join(path, file), "utf8") : null,
  };
}

await Promise.all([
  scripts(),
  licences(),
  copyFile("icon.svg", join(OUT, "icon.svg")),
  copyFile(join(MODULES, "oxigraph", "web_bg.wasm"), join(OUT, "oxigraph.wasm")),
]);
