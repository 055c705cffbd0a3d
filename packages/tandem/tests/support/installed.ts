import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../../..");
/** Of all that lies in `node_modules`: npm goes by it and reads no package. */
const LOCK = "node_modules/.package-lock.json";

/** As npm locks it, or a package.json. */
interface Package {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  /** Its commands: files of it, by name. */
  bin?: Record<string, string>;
  /** Of a workspace: where it lies. */
  link?: boolean;
  resolved?: string;
}

interface Lock {
  /** By where they lie, e.g. `node_modules/a/node_modules/b`. */
  packages: Record<string, Package>;
}

const read = <Content>(folder: string, file: string) =>
  JSON.parse(readFileSync(path.join(folder, file), "utf8")) as Content;

/**
 * Lays the packages that a project asks for from this checkout into it, with all that they need, as hard links. An
 * `npm install` that follows adds what is lacking and takes away what is too much: a fifth of the work of one from nothing.
 * @param project folder of a package.json where nothing is installed yet
 * @param also packages that it is going to ask for
 * @param leftOut packages that npm is to install
 */
export function prefillPackages(
  project: string,
  also: readonly string[] = [],
  leftOut: readonly string[] = [],
): void {
  const lock = read<Lock>(root, LOCK);
  const { dependencies, devDependencies } = read<Package>(project, "package.json");
  const places = needed(lock, [...Object.keys({ ...dependencies, ...devDependencies }), ...also]);
  const packages = Object.entries(lock.packages).filter(
    ([place, { link }]) =>
      places.has(place) && place.startsWith("node_modules/") && !link && !leftOut.includes(nameAt(place)),
  );
  for (const [place] of packages) lay(path.join(root, place), path.join(project, place));
  const folders = packages.map(([place]) => folderOf(place));
  for (const folder of new Set(folders)) layCommands(path.join(folder, ".bin"), project);
  for (const [place, one] of packages) layOtherCommands(place, one, project);
  writeFileSync(
    path.join(project, LOCK),
    JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }),
  );
}

/**
 * Lays what is packed beside the packages that it needs, with its commands: what `npm install` makes of a tarball, for a tenth
 * of the work. That npm makes that of it is asked of a new service.
 */
export function layTarball(project: string, name: string, tarball: string): void {
  const place = `node_modules/${name}`;
  const folder = path.join(project, place);
  mkdirSync(folder, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", folder, "--strip-components=1"]);
  const manifest = read<Package>(folder, "package.json");
  for (const file of Object.values(manifest.bin ?? {})) chmodSync(path.join(folder, file), 0o755);
  layOtherCommands(place, manifest, project);
}

/** The `node_modules` that it lies in. */
const folderOf = (place: string) =>
  place.slice(0, place.lastIndexOf("node_modules/") + "node_modules".length);
const nameAt = (place: string) => place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);

/** Where these packages lie, and all that they need. */
function needed({ packages }: Lock, names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const add = (place: string | undefined): void => {
    const one = packages[place ?? ""];
    if (place === undefined || one === undefined || found.has(place)) return;
    found.add(place);
    if (one.link) add(one.resolved);
    for (const name of Object.keys({
      ...one.dependencies,
      ...one.optionalDependencies,
      ...one.peerDependencies,
    }))
      add(placesAbove(place, name).find((candidate) => candidate in packages));
  };
  for (const name of names) add(`node_modules/${name}`);
  return found;
}

/** Where Node looks for a package, nearest first. */
function placesAbove(place: string, name: string): string[] {
  const above = place.slice(0, Math.max(place.lastIndexOf("node_modules/") - 1, 0));
  const here = `${place}/node_modules/${name}`;
  return above === "" ? [here, `node_modules/${name}`] : [here, ...placesAbove(above, name)];
}

/** Links to what was laid. npm fetches a package anew whose links are missing. */
function layCommands(bin: string, project: string): void {
  if (!existsSync(path.join(root, bin))) return;
  mkdirSync(path.join(project, bin));
  for (const name of readdirSync(path.join(root, bin))) {
    const target = readlinkSync(path.join(root, bin, name));
    if (existsSync(path.join(project, bin, target))) symlinkSync(target, path.join(project, bin, name));
  }
}

/** Those without a link in the checkout, or with one to another package, which was not laid: `tsc` is that of either compiler. */
function layOtherCommands(place: string, { bin = {} }: Package, project: string): void {
  for (const [name, file] of Object.entries(bin)) {
    const link = path.join(project, folderOf(place), ".bin", name);
    if (!existsSync(link)) symlinkSync(path.join("..", nameAt(place), file), link);
  }
}

/**
 * What is in folders of packages below stands in the lock by itself. Maps of their sources, a quarter of all files, are for debuggers:
 * no process of these tests reads one.
 */
function lay(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (entry.isFile() && !entry.name.endsWith(".map")) linkOrCopy(source, target);
    else if (entry.isDirectory() && entry.name !== "node_modules") lay(source, target);
  }
}

/** Where temporary files are on another disk, a copy. */
export function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    copyFileSync(source, target);
  }
}
