/** Which code a function runs, for whoever looks for the source of a line in its log. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setting } from "../environment.ts";

let known: string | undefined;

/** The beginning of the bundle's SHA-256; undefined where it is no bundle that runs. */
export function bundleHash(): string | undefined {
  const folder = setting("LAMBDA_TASK_ROOT", "");
  if (folder === "") return undefined;
  known ??= createHash("sha256")
    .update(readFileSync(path.join(folder, "index.js")))
    .digest("hex")
    .slice(0, 16);
  return known;
}
