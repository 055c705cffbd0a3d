/**
 * `npm pack` runs it: compiles the sources into dist/, where Node does not strip types (it does not below node_modules), and
 * lays beside them what they read: samples, price lists, the code that runs inside a function's thread, the console's page.
 */
import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { buildPage } from "./console/build-page.js";

const folder = import.meta.dirname;
const dist = path.join(folder, "dist");
rmSync(dist, { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "--project", path.join(folder, "tsconfig.build.json")], {
  stdio: "inherit",
});
const read = globSync(
  "{cli,console,local,operations,policies,program,review,scaffold,shared}/**/*.{cjs,json,go,mod,sum}",
  {
    cwd: folder,
    exclude: (name) => name === "page",
  },
);
for (const file of read) cpSync(path.join(folder, file), path.join(dist, file));

const page = path.join(dist, "console/page-built");
mkdirSync(page);
for (const [name, text] of Object.entries(await buildPage(path.join(folder, "console/page"))))
  writeFileSync(path.join(page, name), text);
