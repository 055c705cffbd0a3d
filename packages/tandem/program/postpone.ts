/**
 * Puts off what the SDK and its providers load for every program and hardly any program uses. npm's dependency tree and
 * the TypeScript compiler serve functions written inline, `automation` and `provider` other kinds of program, and of the
 * two hundred services of AWS a program uses ten. All that takes longer to load than the rest of a recording takes.
 * What stands in for a module loads it on first use; see docs/decisions/013-postponed-modules.md.
 */

import { existsSync, readdirSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { debuggerSession } from "./debugger-session.ts";
import { readManifest } from "./package-manifest.ts";
import { type ArboristClass, arboristClass } from "./package-tree.ts";
import { areaOf, readTypeToken } from "./reading/type-token.ts";

type Exports = Record<PropertyKey, unknown>;

/** What every `require` of this process has loaded, by file. */
const { cache } = createRequire(import.meta.url);

/** Modules by the package that loads them. */
const SELDOM_USED: Record<string, string[]> = {
  "@pulumi/pulumi": [
    // Functions written inline are turned into code with the help of a compiler and of npm's dependency tree.
    "./runtime/closure/createClosure.js",
    "./runtime/closure/v8Hooks.js",
    "@npmcli/arborist",
    "normalize-package-data",
    "typescript",
    // Nobody is called over gRPC: monitor, engine and callbacks are in this process.
    "@grpc/grpc-js",
    "./proto/resource_grpc_pb.js",
    "./proto/engine_grpc_pb.js",
    "./proto/callback_grpc_pb.js",
    // Traces of those calls.
    "@opentelemetry/api",
    // Messages for providers.
    "./proto/provider_pb.js",
    // Tells two versions of one provider apart.
    "semver",
    // Other kinds of program.
    "./automation/index.js",
    "./provider/index.js",
  ],
  "@pulumi/awsx": ["./classic/index.js"],
};

/** A module whose names others copy while they load; they take what they need from it all the same. */
const COPIED = "./proto/provider_pb.js";
const COPYING = ["./proto/resource_pb.js", "./proto/resource_status_pb.js"];

/** What the stand-in of a module gives itself. */
const giveThemselves: Record<string, (load: () => Exports) => Exports> = {
  "./runtime/closure/v8Hooks.js": debuggerSession,
  "@npmcli/arborist": (load) => ({ Arborist: arboristClass(() => load().Arborist as ArboristClass) }),
};

/** A package whose index loads a folder for each service. */
const BY_SERVICE = "@pulumi/aws";

/**
 * @param folder where the program's own imports are resolved from
 * @param standIns whether classes and functions of providers are stood in for, which a program of CommonJS loads one by one
 */
export function postponeSeldomUsed(folder: string, standIns = true): void {
  for (const [loader, specifiers] of Object.entries(SELDOM_USED)) {
    const place = packageOf(folder, loader);
    const copying = COPYING.flatMap((specifier) => resolveFrom(place, specifier) ?? []);
    const isCopied = () => copying.some((file) => cache[file]?.loaded === false);
    for (const specifier of specifiers) {
      const file = resolveFrom(place, specifier);
      if (file !== undefined)
        postpone(file, giveThemselves[specifier], specifier === COPIED ? isCopied : NEVER);
    }
  }
  const index = packageOf(folder, BY_SERVICE);
  if (index !== undefined) {
    postponeFolders(dirname(index));
    postponeFolders(join(dirname(index), "types/enums"));
  }
  if (!standIns) return;
  if (index !== undefined) {
    // Of its own, a dozen functions that every ES module would load. What is in the services stays as it is.
    postponeMembers(resolveFrom(index, "./utilities.js"), (exports) => exports === cache[index]?.exports);
  }
  for (const provider of otherProviders(folder)) postponeMembers(resolveFrom(provider, "./utilities.js"));
}

/** Loads the module of a type (`aws:ec2/subnet:Subnet`), whose classes the SDK needs to make something of a reference. */
export function loadModuleOf(type: string, folder: string): void {
  const token = readTypeToken(type);
  const file = resolveFrom(packageOf(folder, `@pulumi/${token.provider}`), `./${areaOf(token)}/index.js`);
  // Any look at its exports loads a module that was put off.
  if (file !== undefined) Reflect.ownKeys(createRequire(file)(file) as object);
}

/** Main file of the program's own, or of the one that comes with this recorder, which a program without it is given. */
function packageOf(folder: string, name: string): string | undefined {
  return resolveFrom(folder, name) ?? resolveFrom(import.meta.dirname, name);
}

/** Undefined for what is not installed, or a version of the SDK that does without it: then there is nothing to put off. */
function resolveFrom(place: string | undefined, specifier: string): string | undefined {
  if (place === undefined) return undefined;
  const from = createRequire(place.endsWith(".js") ? place : join(place, "index.js"));
  try {
    return from.resolve(specifier);
  } catch {
    return undefined;
  }
}

/** Where Node keeps the files it found, by request and folder (`./sns\0/…/@pulumi/aws`), and looks first. */
const { _pathCache: foundFiles = {} } = Module as unknown as { _pathCache?: Record<string, string> };

/** A folder without an index is given one that nobody asks for: to look at each of them takes longer. */
function postponeFolders(parent: string): void {
  if (!existsSync(parent)) return;
  for (const entry of readdirSync(parent, { withFileTypes: true })) {
    const { name } = entry;
    if (!entry.isDirectory() || name === "types" || name === "config") continue;
    const file = `${parent}${sep}${name}${sep}index.js`;
    postpone(file);
    foundFiles[`./${name}\0${parent}`] = file;
  }
}

/** Main files of the provider packages that the program depends on and that keep all resources in one module. */
function otherProviders(folder: string): string[] {
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) return [];
  const { dependencies = {} } = readManifest(manifest);
  return Object.keys(dependencies)
    .filter((name) => name.startsWith("@pulumi/") && name !== BY_SERVICE && !(name in SELDOM_USED))
    .flatMap((name) => packageOf(folder, name) ?? []);
}

const NEVER = (): boolean => false;

/** @param isNameless whether it keeps its names to itself just now, for as long as it is not loaded */
function postpone(
  file: string,
  giveItself: (load: () => Exports) => Exports = () => ({}),
  isNameless = NEVER,
): void {
  const stand = new Module(file);
  stand.filename = file;
  stand.loaded = true;
  let real: Exports | undefined;
  const load = () => {
    if (real === undefined) {
      delete cache[file];
      real = createRequire(file)(file) as Exports;
      // Whoever looks for the module by its exports finds what everybody was given.
      const loaded = cache[file];
      if (loaded !== undefined) loaded.exports = stand.exports;
    }
    return real;
  };
  const own = giveItself(load);
  const hidesNames = () => real === undefined && isNameless();
  stand.exports = new Proxy(
    {},
    {
      get: (_, key) => {
        // True keeps the helpers of compiled imports from reading every export.
        if (key === "__esModule") return true;
        if (Object.hasOwn(own, key)) return own[key];
        return key === "default" ? (load().default ?? load()) : load()[key];
      },
      set: (_, key, value) => Reflect.set(load(), key, value),
      has: (_, key) => key in load(),
      ownKeys: () => (hidesNames() ? [] : Reflect.ownKeys(load())),
      getOwnPropertyDescriptor: (_, key) => {
        if (hidesNames()) return undefined;
        const found = Reflect.getOwnPropertyDescriptor(load(), key);
        // The stand-in has no such property of its own, and a proxy may not claim a fixed one.
        return found && { ...found, configurable: true };
      },
    },
  );
  cache[file] = stand;
}

interface Utilities {
  lazyLoad?: (exports: object, names: string[], load: () => Exports) => void;
}

/**
 * Providers define each class and function as a getter that loads its file. That spares a CommonJS program all the others,
 * but Node reads every getter of a CommonJS module that an ES module imports; so the getters give stand-ins instead.
 */
function postponeMembers(
  utilitiesFile: string | undefined,
  isMeant: (exports: object) => boolean = () => true,
): void {
  if (utilitiesFile === undefined) return;
  const utilities = createRequire(utilitiesFile)(utilitiesFile) as Utilities;
  const { lazyLoad } = utilities;
  if (lazyLoad === undefined) return;
  utilities.lazyLoad = (exports, names, load) => {
    if (!isMeant(exports)) return lazyLoad(exports, names, load);
    for (const name of names) {
      const member = standInFor(() => load()[name] as Member);
      Object.defineProperty(exports, name, { enumerable: true, value: member });
    }
  };
}

type Member = (new (...args: unknown[]) => object) & ((...args: unknown[]) => unknown);

/** A proxy can be called and constructed only where its target can, which rules out arrow functions. */
function callable(): void {}

/** Behaves as the class or function does: made with `new`, extended, called, asked for its static members. */
function standInFor(load: () => Member): Member {
  return new Proxy(callable as unknown as Member, {
    get: (_, key) => Reflect.get(load(), key) as unknown,
    has: (_, key) => Reflect.has(load(), key),
    apply: (_, self, args) => Reflect.apply(load(), self, args) as unknown,
    construct: (_, args, target) => Reflect.construct(load(), args, target),
  });
}
