/**
 * Keeps the last bundles for whoever records the program again and again on one machine: as long as no file that went
 * into them has changed, they need not be built. A deployment never reads it: what is deployed is built from scratch.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type BuildOptions, type Metafile, version } from "esbuild";

export interface BuiltFiles {
  outputFiles: { path: string; text: string }[];
  metafile: Metafile;
}

interface Kept extends BuiltFiles {
  /** Size and time of every file that was read for the bundles, by path. */
  stamps: Record<string, string>;
}

const folderName = "node_modules/.cache/tandem/bundles";

/** What `build` with these options gave last time, if it would give the same now. */
export function readCached(options: BuildOptions): BuiltFiles | undefined {
  try {
    const kept = JSON.parse(readFileSync(fileOf(options), "utf8")) as Kept;
    const current = Object.entries(kept.stamps).every(([file, stamp]) => stampOf(file) === stamp);
    return current ? kept : undefined;
  } catch {
    return undefined; // nothing kept yet
  }
}

export function writeCached(options: BuildOptions, { outputFiles, metafile }: BuiltFiles): void {
  const folder = options.absWorkingDir ?? process.cwd();
  const files = Object.keys(metafile.inputs).map((input) => path.resolve(folder, input));
  // What an import resolves to depends on these as well.
  files.push(path.join(folder, "package.json"), path.join(folder, "tsconfig.json"));
  const kept: Kept = {
    stamps: Object.fromEntries(files.map((file) => [file, stampOf(file)])),
    outputFiles: outputFiles.map(({ path, text }) => ({ path, text })),
    metafile,
  };
  const file = fileOf(options);
  mkdirSync(path.dirname(file), { recursive: true });
  // In one step, so that a process that reads it meanwhile sees the old bundles or the new.
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(kept));
  renameSync(`${file}.${process.pid}`, file);
}

function fileOf(options: BuildOptions): string {
  const key = createHash("sha256")
    .update(JSON.stringify([version, options]))
    .digest("hex")
    .slice(0, 16);
  return path.join(options.absWorkingDir ?? process.cwd(), folderName, `${key}.json`);
}

function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.size} ${stats.mtimeMs}` : "absent";
}
