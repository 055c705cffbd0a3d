/** Packages that are installed in the working tree, for a checkout beside it: linked, so that neither has to install them. */
import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from "node:fs";
import path from "node:path";
import { isWithin } from "../../shared/is-within.ts";
import { askGit } from "./git.ts";

/** Roots of two checkouts of one repository, absolute and real. */
export interface Roots {
  own: string;
  other: string;
}

const INSTALLED = /(^|\/)node_modules\/?$/;
/** Of runs of this tool. */
const LOCAL = /(^|\/)\.local\//;

/** Folders that have packages of their own, from the root: of a workspace the root's, of pnpm and of several programs in one repository more. */
export async function foldersWithPackages(root: string): Promise<string[]> {
  const untracked = await askGit(root, "ls-files", "--others", "--directory", "-z");
  return (untracked ?? "")
    .split("\0")
    .filter((entry) => INSTALLED.test(entry) && !LOCAL.test(entry))
    .map((entry) => path.dirname(entry));
}

/**
 * Links package by package, so that what tools keep beside them (`.cache`) stays with each checkout: bundles of the base
 * would otherwise pile up here. It begins with a copy of the bundles that are kept here.
 * @param folder from the root
 */
export function sharePackages(roots: Roots, folder: string): void {
  const from = path.join(roots.own, folder, "node_modules");
  const to = path.join(roots.other, folder, "node_modules");
  if (!existsSync(from) || existsSync(to) || !existsSync(path.dirname(to))) return;
  linkAll(roots, from, to);
  // What was built is known by its content: of a handler that is alike in both, the bundle is there already.
  const bundles = path.join(".cache", "tandem", "bundles");
  if (existsSync(path.join(from, bundles))) {
    cpSync(path.join(from, bundles), path.join(to, bundles), { recursive: true });
  }
}

function linkAll(roots: Roots, from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (name === ".cache") continue;
    const [source, target] = [path.join(from, name), path.join(to, name)];
    if (name.startsWith("@")) linkAll(roots, source, target);
    else symlinkSync(counterpart(roots, source), target, "junction");
  }
}

/** A package of the repository itself (a workspace's) is that of the checkout: it is part of what is compared. */
function counterpart({ own, other }: Roots, link: string): string {
  if (!existsSync(link)) return link;
  const real = realpathSync(link);
  const inside = path.relative(own, real);
  const isOfRepository = isWithin(own, real) && !inside.split(path.sep).includes("node_modules");
  return isOfRepository ? path.join(other, inside) : link;
}
