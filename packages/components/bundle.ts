/**
 * Turns handler files into the code of Lambda functions. Constructors ask one after the other; everything asked for in
 * one turn of the event loop is built in a single esbuild call, so that shared packages are parsed once.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type BuildOptions, build } from "esbuild";
import { type BuiltFiles, readCached, writeCached } from "./bundle-cache.ts";
import type { BundleContents } from "./bundle-contents.ts";
import { explainFailure } from "./bundle-failure.ts";
import { keepMap, withMap } from "./bundle-maps.ts";
import lighterPackages from "./lighter-packages.ts";
import { checkLoading } from "./load-check.ts";
import { Mistake } from "./mistake.ts";
import { recorder } from "./recorder.ts";

export interface BundleRequest {
  /** Logical name of the function, for messages. */
  functionName: string;
  /** Handler file, relative to the project's folder. */
  entry: string;
  /** Names of the variables the function will have. */
  variables: string[];
}

interface Queued extends BundleRequest {
  folder: string;
  resolve(code: string): void;
  reject(error: unknown): void;
}

/** Name of the only file of the archive; a function's `handler` is `index.handler`. */
const FILE = "index.js";

const plugins = [lighterPackages];

/** Whence the plugins can be taken by whoever builds an entry again. */
const pluginFiles = [path.join(import.meta.dirname, "lighter-packages.ts")];

/** What the plugins are made of: a bundle of another version of it is not kept. */
const pluginSources = [
  ...pluginFiles,
  ...["eager-modules.ts", "edited-text.ts"].map((file) => path.join(import.meta.dirname, file)),
];

let queue: Queued[] = [];

/** The archive with the code of one function. */
export function bundle(request: BundleRequest): pulumi.asset.AssetArchive {
  const folder = process.cwd();
  if (!existsSync(path.join(folder, request.entry))) {
    throw new Mistake(`Function "${request.functionName}": handler file ${request.entry} does not exist`);
  }
  const code =
    recorder()?.bundle === false ? Promise.resolve(`// ${request.entry}\n`) : enqueue(request, folder);
  return new pulumi.asset.AssetArchive(code.then((text) => ({ [FILE]: new pulumi.asset.StringAsset(text) })));
}

function enqueue(request: BundleRequest, folder: string): Promise<string> {
  if (queue.length === 0) setImmediate(flush);
  return new Promise((resolve, reject) => queue.push({ ...request, folder, resolve, reject }));
}

async function flush(): Promise<void> {
  const batch = queue;
  queue = [];
  try {
    const codes = await buildAll(batch);
    for (const queued of batch) queued.resolve(codeOf(codes, queued.entry));
  } catch (error) {
    for (const queued of batch) queued.reject(error);
  }
}

async function buildAll(batch: Queued[]): Promise<Map<string, string>> {
  const folder = batch[0]?.folder ?? process.cwd();
  const entries = [...new Set(batch.map((queued) => queued.entry))];
  const result = await buildUnlessCached({ ...bundleOptions(folder, entries), plugins }).catch((error) => {
    throw explainFailure(error, batch);
  });
  const codes = new Map(
    entries.map((entry) => [entry, outputOf(result.outputFiles, folder, entry)] as const),
  );
  if (recorder()) {
    for (const entry of entries) report(folder, entry, codeOf(codes, entry), result.contents[entry]);
    return codes;
  }
  await checkLoading(batch.map((queued) => ({ ...queued, code: codeOf(codes, queued.entry) })));
  if (!pulumi.runtime.isDryRun()) {
    for (const entry of entries)
      keepMap(
        folder,
        entry,
        hashOf(codeOf(codes, entry)),
        outputOf(result.outputFiles, folder, entry, ".js.map"),
      );
  }
  return codes;
}

/** Whoever records takes unchanged bundles from the last time; a deployment builds. */
async function buildUnlessCached(options: BuildOptions): Promise<BuiltFiles> {
  const cached = recorder() && readCached(options, pluginSources);
  if (cached) return cached;
  if (!recorder()) return { ...(await build({ ...options, ...withMap, write: false })), contents: {} };
  return writeCached(options, await build({ ...options, write: false, metafile: true }), pluginSources);
}

/** Plain JSON, and the same for every machine but for the two absolute folders, which leave no trace in the code. */
export function bundleOptions(folder: string, entries: string[]): BuildOptions {
  return {
    absWorkingDir: folder,
    entryPoints: Object.fromEntries(entries.map((entry) => [outputName(entry), entry])),
    outdir: "bundle",
    bundle: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    // ES module builds first: they can be tree-shaken.
    mainFields: ["module", "main"],
    // What each stands in for, and what that saves, is told in the shim (docs/decisions/033-lighter-bundles.md).
    alias: {
      "@aws-sdk/credential-providers": path.join(import.meta.dirname, "shims/credential-providers.ts"),
      "@aws-sdk/credential-provider-node": path.join(import.meta.dirname, "shims/credential-providers.ts"),
      "@mongodb-js/saslprep": path.join(import.meta.dirname, "shims/saslprep.ts"),
      "whatwg-url": path.join(import.meta.dirname, "shims/whatwg-url.ts"),
    },
    // Optional packages of the MongoDB driver, each required inside a try: absent here, absent there.
    external: [
      "kerberos",
      "snappy",
      "socks",
      "gcp-metadata",
      "mongodb-client-encryption",
      "@mongodb-js/zstd",
    ],
    legalComments: "none",
    charset: "utf8",
    logLevel: "silent",
  };
}

function report(folder: string, entry: string, code: string, contents: BundleContents | undefined): void {
  if (!contents) throw new Error(`Nothing is known of what went into the bundle of ${entry}`);
  recorder()?.built({
    entry: path.join(folder, entry),
    hash: hashOf(code),
    bytes: Buffer.byteLength(code),
    options: { ...bundleOptions(folder, [entry]) },
    plugins: pluginFiles,
    inputs: contents.inputs.map((input) => path.resolve(folder, input)).sort(),
    packages: contents.packages,
  });
}

function hashOf(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}

function outputName(entry: string): string {
  return entry.slice(0, -path.extname(entry).length);
}

function outputOf(
  outputs: { path: string; text: string }[],
  folder: string,
  entry: string,
  extension = ".js",
): string {
  const wanted = path.join(folder, "bundle", `${outputName(entry)}${extension}`);
  const output = outputs.find((candidate) => candidate.path === wanted);
  if (!output) throw new Error(`esbuild wrote no ${wanted}`);
  return output.text;
}

function codeOf(codes: Map<string, string>, entry: string): string {
  const code = codes.get(entry);
  if (code === undefined) throw new Error(`No bundle for ${entry}`);
  return code;
}
