import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";

const RUN = path.resolve(import.meta.dirname, "../../local/run.ts");
const QUEUES = path.resolve(import.meta.dirname, "../../local/queues-and-buckets/answer-sqs.ts");
const BUCKETS = path.resolve(import.meta.dirname, "../../local/queues-and-buckets/answer-s3.ts");
const LIBRARY = path.resolve(import.meta.dirname, "../../local/queues-and-buckets/fauxqs.ts");
const CONSOLE = path.resolve(import.meta.dirname, "../../console/console.ts");
/** Each is some twenty to a hundred files, which belong to a thread or to a program that declares what they serve. */
const HEAVY = ["dynalite", "level", "ws", "yauzl", "mongodb", "esbuild", "fauxqs", "@aws-sdk", "@smithy"];

interface Loaded {
  files: string[];
  /** Of Node itself. */
  builtin: string[];
}

/** What a process loads for these modules. */
function loadedFor(...modules: string[]): Loaded {
  const code = `
    import { registerHooks } from "node:module";
    const files = [];
    registerHooks({ load(url, context, next) { files.push(url); return next(url, context); } });
    for (const module of ${JSON.stringify(modules)}) await import(module);
    console.log(JSON.stringify({ files, builtin: process.moduleLoadList }));`;
  return JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "--eval", code], { encoding: "utf8" }),
  ) as Loaded;
}

function packagesOf(files: readonly string[]): Set<string> {
  const names = files.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  return new Set(names.flatMap((name) => [name, name.split("/")[0] ?? name]));
}

describe("the start of a local run", () => {
  let files: string[];
  let builtin: string[];

  before(() => {
    ({ files, builtin } = loadedFor(RUN, CONSOLE));
  });

  it("loads no store and no client before the program is known", () => {
    const loaded = packagesOf(files);
    assert.ok(loaded.has("yaml"), [...loaded].join(" "));
    assert.deepEqual(
      HEAVY.filter((name) => loaded.has(name)),
      [],
    );
  });

  it("loads Node's HTTP without its second version and the client of fetch, which take longer than all else of it", () => {
    assert.ok(builtin.includes("NativeModule http"), builtin.join());
    assert.deepEqual(
      builtin.filter((name) => /undici|http2/.test(name)),
      [],
    );
  });
});

describe("the thread of queues and buckets", () => {
  it("loads the library without its server, and without clients, for nobody in it calls another", () => {
    const { files, builtin } = loadedFor(QUEUES, BUCKETS, LIBRARY);
    const loaded = packagesOf(files);
    assert.ok(loaded.has("fauxqs"), [...loaded].join(" "));
    assert.deepEqual(
      [...loaded, ...builtin].filter((name) => /fastify|smithy|aws-crypto|undici|http2/.test(name)),
      [],
    );
  });
});
