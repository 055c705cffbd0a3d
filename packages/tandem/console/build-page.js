/** Bundles the page: `npm pack` writes the files beside the compiled code, the checkout makes them when they are asked for. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

/**
 * @param {string} folder of the page's sources
 * @returns {Promise<Record<string, string>>} by name
 */
export async function buildPage(folder) {
  const { outputFiles } = await build({
    entryPoints: { console: path.join(folder, "main.tsx") },
    bundle: true,
    minify: true,
    write: false,
    outdir: folder,
    // What only one view needs is loaded when that is looked at.
    splitting: true,
    chunkNames: "[name]-[hash]",
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    logLevel: "silent",
  });
  const files = Object.fromEntries(outputFiles.map((file) => [path.basename(file.path), file.text]));
  return { ...files, "index.html": readFileSync(path.join(folder, "index.html"), "utf8") };
}
