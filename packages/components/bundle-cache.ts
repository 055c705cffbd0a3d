/**
 * Keeps the last bundles for whoever records the program again and again on one machine: as long as no file that went
 * into them has changed, they need not be built. A deployment never reads it: what is deployed is built from scratch.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { type BuildOptions, type Metafile, version } from "esbuild";
import { type BundleContents, contentsOf } from "./bundle-contents.ts";
import { writeByRename } from "./write-by-rename.ts";

interface OutputFile {
  path: string;
  text: string;
}

export interface BuiltFiles {
  outputFiles: OutputFile[];
  /** By entry, as the options name it. */
  contents: Record<string, BundleContents>;
}

interface Kept extends BuiltFiles {
  /** Content of every file of the project that was read, by its path from the project's folder. */
  project: Record<string, string>;
  /** Size and time of every file of a package, by its real path. */
  packages: Record<string, string>;
}

/** Of `Kept`: what another version of this file has kept is built anew. */
const FORM = 2;

const FOLDER_NAME = "node_modules/.cache/tandem/bundles";

/**
 * What `build` with these options gave last time, here or in another checkout, if it would give the same now.
 * @param plugins files that the options' plugins come from
 */
export function readCached(options: BuildOptions, plugins: string[] = []): BuiltFiles | undefined {
  const folder = folderOf(options);
  try {
    const { project, packages, outputFiles, contents } = JSON.parse(
      readFileSync(fileOf(options, plugins), "utf8"),
    ) as Kept;
    const current =
      Object.entries(project).every(([file, digest]) => digestOf(path.join(folder, file)) === digest) &&
      Object.entries(packages).every(([file, stamp]) => stampOf(file) === stamp);
    if (!current) return undefined;
    return {
      outputFiles: outputFiles.map(({ path: file, text }) => ({ path: path.join(folder, file), text })),
      contents,
    };
  } catch {
    return undefined; // nothing kept yet
  }
}

/** @returns the same, as it would be read */
export function writeCached(
  options: BuildOptions,
  { outputFiles, metafile }: { outputFiles: OutputFile[]; metafile: Metafile },
  plugins: string[] = [],
): BuiltFiles {
  // Not the metafile itself: of a megabyte, which takes as long to read as all else, one list is asked for.
  const contents = Object.fromEntries(
    entriesOf(options).map((entry) => [entry, contentsOf(entry, metafile)]),
  );
  const folder = folderOf(options);
  const inputs = Object.keys(metafile.inputs);
  const packageFiles = inputs.filter((input) => input.includes("node_modules/"));
  const projectFiles = inputs.filter((input) => !input.includes("node_modules/"));
  // What an import resolves to depends on these as well.
  projectFiles.push("package.json", "tsconfig.json");
  const kept: Kept = {
    project: Object.fromEntries(projectFiles.map((file) => [file, digestOf(path.join(folder, file))])),
    packages: Object.fromEntries(
      packageFiles
        .map((file) => realpathSync(path.resolve(folder, file)))
        .map((file) => [file, stampOf(file)]),
    ),
    outputFiles: outputFiles.map(({ path: file, text }) => ({ path: path.relative(folder, file), text })),
    contents,
  };
  writeByRename(fileOf(options, plugins), JSON.stringify(kept));
  return { outputFiles, contents };
}

const entriesOf = ({ entryPoints = {} }: BuildOptions): string[] =>
  Object.values(entryPoints as Record<string, string> | string[]);

const folderOf = (options: BuildOptions): string => options.absWorkingDir ?? process.cwd();

/** The same for every checkout of a project: bundles hold no path. */
function fileOf(options: BuildOptions, plugins: string[]): string {
  const folder = folderOf(options);
  const wanted = JSON.stringify([FORM, version, options, plugins.map(digestOf)]).replaceAll(folder, "");
  const key = createHash("sha256").update(wanted).digest("hex").slice(0, 16);
  return path.join(folder, FOLDER_NAME, `${key}.json`);
}

function digestOf(file: string): string {
  return existsSync(file) ? createHash("sha256").update(readFileSync(file)).digest("hex") : "absent";
}

function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.size} ${stats.mtimeMs}` : "absent";
}
