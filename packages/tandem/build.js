/**
 * `npm pack` runs it: compiles the sources into dist/, where Node does not strip types (it does not below node_modules), and
 * lays beside them what they read: samples, price lists, the code that runs inside a function's thread, the console's page.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { buildPage } from "./console/build-page.js";
import { fingerprint, SOURCES } from "./shared/package-sources.js";
import { cacheFolder } from "./shared/places.js";
import { whenAlone } from "./shared/when-alone.js";

const folder = import.meta.dirname;
const dist = path.join(folder, "dist");
/** Of the sources that dist/ was made from. */
const stamp = path.join(cacheFolder, "built-from");

// Two that pack at once would read what the other is taking away. The second finds all done.
await whenAlone(path.join(cacheFolder, "build.lock"), "building the package", buildWhatChanged);

async function buildWhatChanged() {
  const now = fingerprint(folder, SOURCES);
  if (existsSync(dist) && existsSync(stamp) && readFileSync(stamp, "utf8") === now) return;
  rmSync(stamp, { force: true });
  await build();
  writeFileSync(stamp, now);
}

async function build() {
  rmSync(dist, { recursive: true, force: true });
  const manifest = createRequire(import.meta.url).resolve("@typescript/native/package.json");
  const tsc = path.join(path.dirname(manifest), "bin/tsc");
  execFileSync(
    process.execPath,
    [tsc, "--singleThreaded", "--project", path.join(folder, "tsconfig.build.json")],
    // As `npm test` calls it (cli/commands/test.ts).
    { stdio: "inherit", env: { ...process.env, GOGC: process.env.GOGC ?? "off" } },
  );
  const read = globSync(
    "{cli,console,local,operations,policies,program,review,scaffold,shared}/**/*.{cjs,json,go,mod,py,sum}",
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
}
