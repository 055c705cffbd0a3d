/**
 * An esbuild plugin: says what packages mean in words by which less of them is bundled, and less of what is bundled runs before
 * the first request (docs/decisions/163-packages-that-wait.md). Lines stay where they are, so that maps find them.
 */
import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";
import { compileOnce, withMarks } from "./eager-modules.ts";

const lighterPackages: Plugin = {
  name: "lighter-packages",
  setup({ initialOptions, onLoad, onEnd }) {
    const minified = initialOptions.minify === true;
    for (const { filter, loader, rewrite } of rewrites) {
      onLoad({ filter }, ({ path }) => {
        const contents = rewrite(readFileSync(path, "utf8"), minified);
        return contents === undefined ? undefined : { contents, loader };
      });
    }
    if (minified) onEnd(({ outputFiles = [] }) => compileOnce(outputFiles));
  },
};

export default lighterPackages;

interface Rewrite {
  /** Of the path of a file. The first one that changes a file is the only one. */
  filter: RegExp;
  loader: "js" | "json";
  /** @returns undefined where nothing is to be changed */
  rewrite(text: string, minified: boolean): string | undefined;
}

const rewrites: Rewrite[] = [
  {
    filter: /node_modules[\\/].+[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/,
    loader: "js",
    rewrite: (shapes) => withEventStreams(withConstantKeys(shapes)),
  },
  {
    filter:
      /node_modules[\\/]@smithy[\\/]core[\\/]dist-es[\\/]submodules[\\/]protocols[\\/]HttpProtocol\.js$/,
    loader: "js",
    rewrite: withGivenEventStreams,
  },
  {
    filter:
      /node_modules[\\/]@smithy[\\/]core[\\/]dist-es[\\/]submodules[\\/].+[\\/]loadSharedConfigFiles\.js$/,
    loader: "js",
    rewrite: withoutConfigFiles,
  },
  { filter: /node_modules[\\/].+[\\/]package\.json$/, loader: "json", rewrite: withoutFieldsForTools },
  { filter: /node_modules[\\/].+\.c?js$/, loader: "js", rewrite: asCommonJs },
];

/**
 * `{ [_hH]: 1 }` might run code while the key is made a text, so esbuild keeps the shapes of all operations of S3; `{ "h": 1 }`
 * does not, and it keeps those that are used.
 */
export function withConstantKeys(text: string): string {
  const texts = new Map<string, string>();
  for (const [, name = "", value = ""] of text.matchAll(/^const (\w+) = ("[^"\\]*");$/gm))
    texts.set(name, value);
  return text.replace(/\[(\w+)\]:/g, (key, name) => (texts.has(name) ? `${texts.get(name)}:` : key));
}

const EVENT_STREAMS = "@smithy/core/event-streams";

/**
 * The only `import()` in the clients of AWS asks for what reads streams of events. All that it reaches, which is half of their common
 * code, would be wrapped to be run later and kept whole; imported, it would be in every bundle. So the shapes of a service bring it.
 */
function withGivenEventStreams(text: string): string | undefined {
  const dynamic = `await import("${EVENT_STREAMS}")`;
  if (!text.includes(dynamic)) return undefined;
  const missing =
    'What reads streams of events is left out of bundles whose shapes have no trait \\"streaming\\"';
  return text.replaceAll(
    dynamic,
    `HttpProtocol.eventStreams ?? (() => { throw new Error("${missing}"); })()`,
  );
}

/** By this trait alone the clients know a stream of events. */
function withEventStreams(shapes: string): string {
  if (!shapes.includes('"streaming"')) return shapes;
  const names = "{ EventStreamSerde, eventStreamSerdeProvider }";
  return `import ${names} from "${EVENT_STREAMS}"; import { HttpProtocol } from "@smithy/core/protocols"; HttpProtocol.eventStreams = ${names}; ${shapes}`;
}

/**
 * Every setting of a client is looked for in `~/.aws/config` too, which a function has as little as `~/.aws/credentials`. Where the
 * environment names such a file, somebody counts on it.
 */
function withoutConfigFiles(): string {
  return `export { CONFIG_PREFIX_SEPARATOR } from "./constants";
export const loadSharedConfigFiles = async () => {
  const { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials } = process.env;
  if (config || credentials)
    throw new Error("What reads " + (config || credentials) + " is left out of bundles: give the client its settings");
  return { configFile: {}, credentialsFile: {} };
};`;
}

/** What a `package.json` says to who installs, resolves or publishes the package. */
const FOR_TOOLS = new Set([
  ...["scripts", "files", "keywords", "engines", "sideEffects"],
  ...["dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "peerDependenciesMeta"],
  ...["main", "module", "exports", "browser", "react-native", "types", "typesVersions"],
]);

/** Packages read their version out of their `package.json`, and with it comes all of it. */
function withoutFieldsForTools(text: string): string {
  const fields = Object.entries(JSON.parse(text) as Record<string, unknown>);
  return JSON.stringify(Object.fromEntries(fields.filter(([name]) => !FOR_TOOLS.has(name))));
}

function asCommonJs(text: string, minified: boolean): string | undefined {
  const lazy = requiredOnUse(text);
  return (minified ? withMarks(lazy ?? text) : undefined) ?? lazy;
}

/**
 * CommonJS that TypeScript wrote loads a file of its package when something of it is first used, as imports of ES modules
 * may be put off. A name that is used in another way than `name.member` is left as it is.
 */
export function requiredOnUse(text: string): string | undefined {
  if (!text.includes('Object.defineProperty(exports, "__esModule", { value: true });')) return undefined;
  const declaration = /^const (\w+_\d+) = require\(("\.[^"]+")\);$/gm;
  const names = [...text.matchAll(declaration)].map(([, name = ""]) => name);
  const lazy = new Set(names.filter((name) => isOnlyRead(text, name)));
  if (lazy.size === 0) return undefined;
  return text
    .replace(/(?<![\w$.])(\w+_\d+)(?=\.[\w$])/g, (use, name) => (lazy.has(name) ? `(${name}())` : use))
    .replace(declaration, (line, name, file) =>
      lazy.has(name) ? `const ${name} = () => require(${file});` : line,
    );
}

function isOnlyRead(text: string, name: string): boolean {
  const all = text.match(new RegExp(`\\b${name}\\b`, "g")) ?? [];
  const reads = text.match(new RegExp(`(?<![\\w$.'"\`/-])${name}\\.[\\w$]`, "g")) ?? [];
  return all.length === reads.length + 1;
}
