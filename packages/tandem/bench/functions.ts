/** What the functions weigh: size of their bundles, and time to load them as a new worker does. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { build } from "esbuild";
import { createBook } from "../../../functions/books/operations.ts";
import { HttpError } from "../../../functions/http/http-error.ts";
import { readInput } from "../../../functions/http/read-input.ts";
import { bundleOptions } from "../../../infra/bundle.ts";
import { type Figure, median } from "./figures.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const KB = 1_024;

/** Limits in KB; of books the heaviest function is measured, which also talks to DynamoDB. */
const measured = [
  { what: "hello", entry: "functions/hello/hello.ts", minified: 2, gzip: undefined },
  { what: "movies (putMovie)", entry: "functions/movies/putMovie.ts", minified: 400, gzip: 130 },
  { what: "books (createBook)", entry: "functions/books/createBook.ts", minified: 1_500, gzip: 420 },
  {
    what: "import (importMovies)",
    entry: "functions/movies/importMovies.ts",
    minified: undefined,
    gzip: undefined,
  },
];

/** A function that uses all of the helper and no store: what it weighs is what the helper adds to any function. */
const helperAlone = `
  import { serve } from "./http/serve.ts";
  import { putMovie } from "./movies/operations.ts";
  export const handler = serve(putMovie, async () => ({ statusCode: 204 }));
`;

export async function measureFunctions(runs = 15): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "tandem-bench-"));
  try {
    const figures: Figure[] = [];
    for (const { what, entry, minified, gzip } of measured) {
      const code = await bundled({ entryPoints: [path.join(root, entry)] });
      figures.push(...sizes(`bundle of ${what}`, code, minified, gzip));
      figures.push({ what: `load of ${what}`, value: await loadTime(folder, code, runs), unit: "ms" });
    }
    const resolveDir = path.join(root, "functions");
    const helper = await bundled({ stdin: { contents: helperAlone, resolveDir, loader: "ts" } });
    figures.push(...sizes("helper, validation, logger and metrics", helper, 60, undefined));
    // Both drivers load it, so to a function with a store the helper does not add it.
    const added = await loadTime(folder, helper, runs, ["node:crypto"]);
    return [...figures, { what: "load of the same", value: added, unit: "ms", limit: 15 }, validatorTime()];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How long the worst of several hostile bodies takes to check, each as large as a body may be. */
function validatorTime(): Figure {
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  const long = JSON.stringify({ title: "x".repeat(100_000), body: "y".repeat(400_000) });
  const unknown = JSON.stringify(
    Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [`k${index}`, 1])),
  );
  const times = [deep, long, unknown].map((body) => {
    const runs = Array.from({ length: 20 }, () => {
      const start = performance.now();
      refused(body);
      return performance.now() - start;
    });
    return median(runs);
  });
  return { what: "check of the worst hostile body", value: Math.max(...times), unit: "ms", limit: 50 };
}

function refused(body: string): void {
  const request = { headers: { "content-type": "application/json" }, body, isBase64Encoded: false };
  try {
    readInput(createBook, request as unknown as APIGatewayProxyEventV2);
  } catch (error) {
    if (error instanceof HttpError) return;
    throw error;
  }
  throw new Error("a hostile body was taken for a book");
}

async function bundled(entry: object): Promise<string> {
  const { entryPoints: _, ...options } = bundleOptions(root, []);
  const result = await build({ ...options, ...entry, write: false });
  return result.outputFiles?.[0]?.text ?? "";
}

function sizes(what: string, code: string, minified: number | undefined, gzip: number | undefined): Figure[] {
  return [
    { what: `${what}, minified`, value: Buffer.byteLength(code), unit: "bytes", ...limited(minified) },
    { what: `${what}, gzip`, value: gzipSync(code).length, unit: "bytes", ...limited(gzip) },
  ];
}

const limited = (kilobytes: number | undefined) => (kilobytes === undefined ? {} : { limit: kilobytes * KB });

/**
 * Time that `require` of a bundle takes in a new process, in milliseconds; the first run warms the disk's cache.
 * @param there modules that are loaded already.
 */
async function loadTime(folder: string, code: string, runs: number, there: string[] = []): Promise<number> {
  const file = path.join(folder, "index.cjs");
  await writeFile(file, code);
  const before = there.map((module) => `require(${JSON.stringify(module)});`).join("");
  const script = `${before} const t = performance.now(); require(${JSON.stringify(file)}); console.log(performance.now() - t)`;
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { env: environment });
    if (run > 0) times.push(Number(stdout));
  }
  return median(times);
}

const environment = {
  AWS_REGION: "eu-central-1",
  BOOKS_MONGODB_URI: "mongodb://127.0.0.1/books",
  IDEMPOTENCY_TABLE: "idempotency",
  IMPORTS_BUCKET: "imports",
  MOVIES_TABLE: "movies",
  POWERTOOLS_METRICS_NAMESPACE: "tandem",
  POWERTOOLS_SERVICE_NAME: "tandem",
};
