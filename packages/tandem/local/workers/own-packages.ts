/**
 * What of a folder node_modules is somebody's own: packages that were laid there by hand, as in a layer, or linked. What a package
 * manager installed is left alone, for there is much of it: it changes with the file that the manager writes last.
 */
import { type Dirent, existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import path from "node:path";

export const PACKAGES = "node_modules";

/** In the folder itself, of npm, pnpm and Yarn. What `pnpm add` installs changes the first of pnpm's two alone. */
const NOTES = [
  ".package-lock.json",
  path.join(".pnpm", "lock.yaml"),
  ".modules.yaml",
  ".yarn-state.yml",
  ".yarn-integrity",
];
/** Beside the folder, where none of these is in it. */
const LOCKS = ["package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"];

/**
 * Where a package manager notes in this folder, or in one above it within the repository, that it has installed: where Node looks for
 * packages. What is not there may come.
 */
export function installNotes(folder: string): string[] {
  const packages = path.join(folder, PACKAGES);
  const isPlace = existsSync(packages) || existsSync(path.join(folder, "package.json"));
  const notes = isPlace
    ? [installNote(packages) ?? [], NOTES.map((name) => path.join(packages, name))].flat()
    : [];
  const above = path.dirname(folder);
  return above === folder || existsSync(path.join(folder, ".git"))
    ? notes
    : [...notes, ...installNotes(above)];
}

/** npm takes its note away before it installs everything anew, and it is empty for a moment before it is written. */
export function isInstallUnderWay(file: string): boolean {
  return (
    NOTES.some((name) => file.endsWith(path.join(path.sep, PACKAGES, name))) &&
    !statSync(file, { throwIfNoEntry: false })?.size
  );
}

/** Of a package manager that installed into this folder; undefined where none did. */
export function installNote(packages: string): string | undefined {
  const beside = path.dirname(packages);
  const files = [
    ...NOTES.map((name) => path.join(packages, name)),
    ...LOCKS.map((name) => path.join(beside, name)),
  ];
  return files.find((file) => existsSync(file));
}

/** Absolute paths of files and folders, the package manager's note among them. */
export function ownPackages(packages: string): string[] {
  const note = installNote(packages);
  const entries = entriesIn(packages).filter(({ name }) => !name.startsWith("."));
  if (note === undefined) return entries.map((entry) => pathOf(entry)).sort();
  const linked = entries
    .flatMap((entry) => (entry.name.startsWith("@") && entry.isDirectory() ? inScope(entry) : [entry]))
    .filter((entry) => entry.isSymbolicLink() && isOwn(pathOf(entry)));
  return [note, ...linked.map(pathOf).sort()];
}

/** Whether it lies, when every link is followed, in no folder of packages. */
function isOwn(link: string): boolean {
  try {
    return !realpathSync(link).split(path.sep).includes(PACKAGES);
  } catch {
    return false; // a link to nothing
  }
}

const inScope = (scope: Dirent): Dirent[] => entriesIn(pathOf(scope));
const pathOf = ({ parentPath, name }: Dirent): string => path.join(parentPath, name);

/** None of a folder that is just being removed. */
export function entriesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}
