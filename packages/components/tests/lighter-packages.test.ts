import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { EventStreamCodec } from "@smithy/core/event-streams";
import { build, type Metafile } from "esbuild";
import { bundleOptions } from "../bundle.ts";
import lighterPackages, { requiredOnUse, withConstantKeys } from "../lighter-packages.ts";
import { ProjectFolder } from "./support/project-folder.ts";

const TYPESCRIPT = '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\n';
const TYPED = "garden/node_modules/typed";

const files = {
  "s3.ts": `import { GetObjectCommand, S3Client, SelectObjectContentCommand } from "@aws-sdk/client-s3";
    export const client = (settings) => new S3Client(settings);
    export const get = (input) => new GetObjectCommand(input);
    export const select = (input) => new SelectObjectContentCommand(input);`,
  "get.ts":
    'import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3"; export { GetObjectCommand, S3Client };',
  "queue.ts": 'export { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";',
  "protocol.ts": `import { HttpProtocol } from "@smithy/core/protocols";
    export const eventStreams = () => HttpProtocol.prototype.loadEventStreamCapability.call({});`,
  "garden/plants.ts":
    'export * as plants from "typed"; export const loaded = () => globalThis.loadedPlants ?? [];',
  [`${TYPED}/package.json`]: JSON.stringify({
    name: "typed",
    version: "1.2.3",
    scripts: { build: "scripted" },
    dependencies: { "depended-on": "1.0.0" },
  }),
  [`${TYPED}/index.js`]: `${TYPESCRIPT}const tree_1 = require("./tree");
const bush_1 = require("./bush");
const whole_1 = require("./whole");
const package_json_1 = require("./package.json");
exports.version = () => package_json_1.version;
exports.plant = () => new tree_1.Tree("oak");
exports.height = () => (0, bush_1.height)();
exports.whole = whole_1;`,
  [`${TYPED}/tree.js`]: `${TYPESCRIPT}(globalThis.loadedPlants ??= []).push("tree");
const root_1 = require("./root");
class Tree extends root_1.Plant {}
exports.Tree = Tree;`,
  [`${TYPED}/root.js`]: `${TYPESCRIPT}globalThis.loadedPlants.push("root");
exports.Plant = class { constructor(name) { this.name = name; } };`,
  [`${TYPED}/bush.js`]: `${TYPESCRIPT}(globalThis.loadedPlants ??= []).push("bush"); exports.height = () => 2;`,
  [`${TYPED}/whole.js`]: `${TYPESCRIPT}exports.whole = true;`,
};

describe("lighter packages", () => {
  let folder: ProjectFolder;

  before(() => {
    folder = new ProjectFolder(files);
  });

  after(() => folder.remove());

  const bundles = new Map<string, Promise<{ code: string; metafile: Metafile }>>();
  /** Each entry is bundled once. */
  const bundled = (entry: string) => {
    const made = bundles.get(entry) ?? bundle(entry);
    bundles.set(entry, made);
    return made;
  };
  const bundle = async (entry: string) => {
    const options = { ...bundleOptions(folder.path, [entry]), plugins: [lighterPackages] };
    const result = await build({ ...options, write: false, metafile: true });
    return { code: result.outputFiles[0]?.text ?? "", metafile: result.metafile };
  };

  it("hold the shapes of those operations of AWS that are used", async () => {
    const { code } = await bundled("get.ts");
    assert.match(code, /"GetObjectRequest"/);
    assert.doesNotMatch(code, /"PutPublicAccessBlockRequest"/);
  });

  it("are not wrapped to be run later where clients of AWS are concerned", async () => {
    const { metafile } = await bundled("get.ts");
    const later = Object.values(metafile.outputs)[0]?.inputs ?? {};
    const dynamic = Object.keys(later)
      .flatMap((input) => metafile.inputs[input]?.imports ?? [])
      .filter(({ kind, external }) => kind === "dynamic-import" && !external);
    assert.deepEqual(dynamic, []);
  });

  it("still read an answer that comes as a stream of events", async () => {
    const server = createServer((_, response) => response.end(recordsEvent("1,2")));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const s3 = load<S3Module>((await bundled("s3.ts")).code);
      const client = s3.client({
        region: "eu-central-1",
        endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        forcePathStyle: true,
        credentials: { accessKeyId: "a", secretAccessKey: "b" },
      });
      const { Payload } = await client.send(s3.select({ Bucket: "b", Key: "k" }));
      const records: string[] = [];
      for await (const event of Payload) records.push(Buffer.from(event.Records.Payload).toString());
      assert.deepEqual(records, ["1,2"]);
    } finally {
      server.close();
    }
  });

  it("hold what reads streams of events with the shapes of such streams alone", async () => {
    const inputsOf = async (entry: string) =>
      Object.keys((await bundled(entry)).metafile.inputs).filter((input) =>
        /EventStreamSerde\.js$/.test(input),
      );
    assert.equal((await inputsOf("s3.ts")).length, 1);
    assert.deepEqual(await inputsOf("queue.ts"), []);
    assert.doesNotMatch((await bundled("queue.ts")).code, /node:zlib/);
  });

  it("say so where a stream of events comes all the same", async () => {
    const { eventStreams } = load<{ eventStreams(): Promise<unknown> }>((await bundled("protocol.ts")).code);
    await assert.rejects(eventStreams(), {
      message: 'What reads streams of events is left out of bundles whose shapes have no trait "streaming"',
    });
  });

  it("look for no file of settings, and refuse one that the environment names", async () => {
    const { code } = await bundled("s3.ts");
    assert.doesNotMatch(code, /fs\/promises/);
    const client = load<S3Module>(code).client({ region: "eu-central-1" });
    assert.equal(await client.config.maxAttempts(), 3);
    process.env.AWS_CONFIG_FILE = "/opt/config";
    try {
      await assert.rejects(load<S3Module>(code).client({ region: "eu-central-1" }).config.maxAttempts(), {
        message: "What reads /opt/config is left out of bundles: give the client its settings",
      });
    } finally {
      delete process.env.AWS_CONFIG_FILE;
    }
  });

  it("load a file of CommonJS by TypeScript when something of it is first used", async () => {
    const { plants, loaded } = load<Garden>((await bundled("garden/plants.ts")).code);
    assert.deepEqual(loaded(), []);
    assert.equal(plants.height(), 2);
    assert.deepEqual(loaded(), ["bush"]);
    assert.equal(plants.plant().name, "oak");
    plants.plant();
    assert.deepEqual(loaded(), ["bush", "tree", "root"]);
    assert.deepEqual({ ...plants.whole }, { whole: true });
  });

  it("keep the version that stands in a package.json, and not what is for tools", async () => {
    const { code } = await bundled("garden/plants.ts");
    assert.equal(load<Garden>(code).plants.version(), "1.2.3");
    assert.doesNotMatch(code, /scripted|depended-on/);
  });

  it("are bundled to the same lines", async () => {
    const source = files[`${TYPED}/index.js`] ?? "";
    assert.equal(requiredOnUse(source)?.split("\n").length, source.split("\n").length);
  });
});

describe("CommonJS that is loaded on use", () => {
  const written = (rest: string) => requiredOnUse(`${TYPESCRIPT}const a_1 = require("./a");\n${rest}`);

  it("is that which TypeScript wrote, and names that are read alone", () => {
    assert.equal(requiredOnUse('const a_1 = require("./a");\na_1.b();'), undefined);
    assert.equal(written("exports.a = a_1;"), undefined);
    assert.equal(written("({ ...a_1.b });"), undefined);
    assert.equal(written('require("./a_1.js");'), undefined);
    assert.match(written("new a_1.B(x.a_1);") ?? "left", /left/);
    assert.match(
      written("new a_1.B();") ?? "",
      /^const a_1 = \(\) => require\("\.\/a"\);\nnew \(a_1\(\)\)\.B\(\);$/m,
    );
  });

  it("does not take packages, whose order somebody may count on", () => {
    assert.equal(requiredOnUse(`${TYPESCRIPT}const a_1 = require("a");\na_1.b();`), undefined);
  });
});

describe("keys that are constants", () => {
  it("are texts in their places", () => {
    const text = 'const _h = "head";\nvar a = [{ [_h]: 1, [other]: 2 }, [_h]];';
    assert.equal(withConstantKeys(text), 'const _h = "head";\nvar a = [{ "head": 1, [other]: 2 }, [_h]];');
  });
});

/** A message of S3 Select that holds one record. */
function recordsEvent(text: string): Uint8Array {
  const codec = new EventStreamCodec(
    (bytes) => Buffer.from(bytes as Uint8Array).toString(),
    (string) => Buffer.from(string),
  );
  const header = (value: string) => ({ type: "string", value }) as const;
  return codec.encode({
    headers: { ":message-type": header("event"), ":event-type": header("Records") },
    body: Buffer.from(text),
  });
}

interface S3Module {
  client(settings: object): {
    config: { maxAttempts(): Promise<number> };
    send(command: object): Promise<{ Payload: AsyncIterable<{ Records: { Payload: Uint8Array } }> }>;
  };
  select(input: object): object;
}

interface Garden {
  loaded(): string[];
  plants: {
    plant(): { name: string };
    height(): number;
    version(): string;
    whole: object;
  };
}

function load<T>(code: string): T {
  const loaded = { exports: {} };
  new Function("module", "exports", "require", code)(loaded, loaded.exports, createRequire(import.meta.url));
  return loaded.exports as T;
}
