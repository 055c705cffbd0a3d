/**
 * The packages of a folder, as npm's own tree (`@npmcli/arborist`) gives them to the SDK, which lays those that a function
 * written inline needs beside its code. npm's tree reads every installed package, and the SDK asks for it once a function; this
 * one is read once, and of it only the packages that are asked for.
 */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { BYTE_ORDER_MARK } from "./package-manifest.ts";

/** What the SDK reads of an arborist. */
interface Arborist {
  loadActual(): Promise<PackageNode>;
}

export type ArboristClass = new (options: { path: string }) => Arborist;

/** What the SDK reads of a node of its tree. */
export interface PackageNode {
  readonly name: string;
  /** As it is found from the root, through links; absolute. */
  readonly path: string;
  readonly realpath: string;
  readonly isLink: boolean;
  /** What a link leads to, else the node itself. */
  readonly target: PackageNode;
  /** By name; a link has none, only what it leads to. */
  readonly children: ReadonlyMap<string, PackageNode>;
  /** That in whose node_modules it lies. */
  readonly parent: PackageNode | undefined;
  readonly root: PackageNode;
  readonly package: PackageManifest;
}

interface PackageManifest {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  pulumi?: object;
}

/** @param load gives npm's own, for folders of which it would read its lock file instead of the packages */
export function arboristClass(load: () => ArboristClass): ArboristClass {
  const trees = new Map<string, Promise<PackageNode>>();
  return class {
    readonly #path: string;

    constructor({ path }: { path: string }) {
      this.#path = resolve(path || ".");
    }

    loadActual(): Promise<PackageNode> {
      const path = this.#path;
      const tree =
        trees.get(path) ?? (isLockRefused(path) ? read(path) : new (load())({ path }).loadActual());
      trees.set(path, tree);
      return tree;
    }
  };
}

async function read(path: string): Promise<PackageNode> {
  return new PackageTree(path).root;
}

/** Milliseconds by which npm lets packages be newer than what it wrote down of them. */
const JITTER_MS = 10;

/**
 * Whether npm reads the packages themselves for sure: it takes what it wrote down of them, which leaves out what they say of
 * themselves to Pulumi, only as long as nothing in node_modules is newer.
 */
function isLockRefused(path: string): boolean {
  const packages = join(path, "node_modules");
  const lock = statSync(join(packages, ".package-lock.json"), { throwIfNoEntry: false });
  return lock === undefined || statSync(packages).mtime.getTime() > lock.mtime.getTime() + JITTER_MS;
}

/** A folder in node_modules, of a scope or of none: the folder that it belongs to, and its name. */
const INSTALLED = /^(.*)[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)$/;
/** Folders that are no packages, as `.bin`. */
const HIDDEN = /^(@[^/]+\/)?\./;

class PackageTree {
  readonly root: PackageNode;
  readonly #nodes = new Map<string, PackageNode>();

  constructor(path: string) {
    this.root = this.at(path);
  }

  at(path: string): PackageNode {
    const node = this.#nodes.get(path) ?? new FolderNode(this, path);
    this.#nodes.set(path, node);
    return node;
  }
}

class FolderNode implements PackageNode {
  readonly path: string;
  readonly #tree: PackageTree;
  #realpath: string | undefined;
  #children: Map<string, PackageNode> | undefined;
  #package: PackageManifest | undefined;

  constructor(tree: PackageTree, path: string) {
    this.#tree = tree;
    this.path = path;
  }

  get name(): string {
    const [, , name = ""] = INSTALLED.exec(this.path) ?? [];
    return name.replaceAll(sep, "/");
  }

  get realpath(): string {
    this.#realpath ??= realpathOf(this.path);
    return this.#realpath;
  }

  get isLink(): boolean {
    return this.realpath !== this.path;
  }

  get target(): PackageNode {
    return this.isLink ? this.#tree.at(this.realpath) : this;
  }

  get root(): PackageNode {
    return this.#tree.root;
  }

  get parent(): PackageNode | undefined {
    const [, folder] = INSTALLED.exec(this.path) ?? [];
    return folder === undefined || this === this.root ? undefined : this.#tree.at(folder);
  }

  get children(): ReadonlyMap<string, PackageNode> {
    if (this.isLink) return new Map();
    this.#children ??= new Map(
      installedIn(this.path).map((name) => [name, this.#tree.at(join(this.path, "node_modules", name))]),
    );
    return this.#children;
  }

  get package(): PackageManifest {
    this.#package ??= manifestOf(this.realpath);
    return this.#package;
  }
}

/** Of a link to nowhere the link itself. */
function realpathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function installedIn(folder: string): string[] {
  const packages = join(folder, "node_modules");
  try {
    return readdirSync(packages)
      .flatMap((name) =>
        name.startsWith("@") ? readdirSync(join(packages, name)).map((part) => `${name}/${part}`) : name,
      )
      .filter((name) => !HIDDEN.test(name));
  } catch {
    return []; // nothing is installed there
  }
}

/** Optional dependencies are no dependencies, as in npm's tree; what cannot be read says nothing. */
function manifestOf(folder: string): PackageManifest {
  let manifest: PackageManifest;
  try {
    manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8").replace(BYTE_ORDER_MARK, ""));
  } catch {
    return {};
  }
  const { dependencies = {}, optionalDependencies = {} } = manifest;
  const needed = Object.entries(dependencies).filter(([name]) => !(name in optionalDependencies));
  return { ...manifest, dependencies: Object.fromEntries(needed) };
}
