/** Hashes of the files and folders that a recording names by path, taken while they are still there. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { filesOf } from "../../program/reading/value.ts";
import type { Recording } from "../../program/recording.ts";
import type { Contents } from "../values/canonical.ts";

export function contentsOf(recording: Recording): Contents {
  const paths = new Set(
    recording.resources.flatMap(({ inputs }) =>
      Object.values(inputs)
        .flatMap(filesOf)
        .flatMap((file) => file.path ?? []),
    ),
  );
  return Object.fromEntries(
    [...paths].flatMap((name) => {
      const hash = hashOf(path.resolve(recording.cwd, name));
      return hash === undefined ? [] : [[name, hash]];
    }),
  );
}

/** Undefined for what is not there: a build that has not run yet, say. */
function hashOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const hash = createHash("sha256");
  if (!stats.isDirectory()) return hash.update(readFileSync(file)).digest("hex");
  for (const entry of readdirSync(file, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(`${entry.name}\0${hashOf(path.join(file, entry.name)) ?? "nothing"}\n`);
  }
  return hash.digest("hex");
}
