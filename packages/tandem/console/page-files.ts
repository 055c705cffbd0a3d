/** The page's files: bundled when the package is packed; in the checkout from their sources, when a page first asks. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Reply } from "./server.ts";

const here = path.dirname(fileURLToPath(import.meta.url));

const TYPES: Record<string, string> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".svg": "image/svg+xml",
};

export type PageFiles = Map<string, Reply>;

export async function pageFiles(): Promise<PageFiles> {
  const built = path.join(here, "page-built");
  if (existsSync(built)) {
    return new Map(readdirSync(built).map((name) => entry(name, readFileSync(path.join(built, name)))));
  }
  const { buildPage } = await import("./build-page.js");
  const files = await buildPage(path.join(here, "page"));
  return new Map(Object.entries(files).map(([name, content]) => entry(name, Buffer.from(content))));
}

function entry(name: string, body: Buffer): [string, Reply] {
  const type = TYPES[path.extname(name)] ?? "application/octet-stream";
  return [name === "index.html" ? "/" : `/${name}`, { status: 200, type, body }];
}
