import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { removeOtherCode, unpackCode } from "../../../local/workers/unpack.ts";
import type { Value } from "../../../program/recording.ts";
import { archive, lambda, startRun } from "./support.ts";

/** A zip archive in as few bytes as the format allows; no dates, no permissions. */
function zipOf(files: Record<string, string>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = deflateRawSync(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(Buffer.from(text)), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(Buffer.byteLength(text), 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, tail, Buffer.from(name)]),
    );
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

describe("the code of a function", () => {
  let folder: string;
  let target: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-code-"));
    target = path.join(folder, "unpacked");
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const unpack = (code: Value) => unpackCode(code, folder, target);
  const put = (name: string, content: string | Buffer) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  };
  const readAt = (root: string, name: string) => readFileSync(path.join(root, name), "utf8");

  it("is written anew when a file of it was cut or is gone", async () => {
    const code = archive({ "index.js": "one and more", "lib/part.js": "two" });
    const { taskRoot } = await unpack(code);
    truncateSync(path.join(taskRoot, "index.js"), 3);
    assert.equal((await unpack(code)).taskRoot, taskRoot);
    assert.equal(readAt(taskRoot, "index.js"), "one and more");
    rmSync(path.join(taskRoot, "lib"), { recursive: true });
    await unpack(code);
    assert.equal(readAt(taskRoot, "lib/part.js"), "two");
  });

  it("is written out of text assets, folders included", async () => {
    const { taskRoot } = await unpack(archive({ "index.js": "one", "lib/part.js": "two" }));
    assert.deepEqual([readAt(taskRoot, "index.js"), readAt(taskRoot, "lib/part.js")], ["one", "two"]);
  });

  it("is what a folder holds that stands for the whole, beside what is put into it", async () => {
    put("app/index.js", "app");
    put("app/lib/part.js", "part");
    put("app/lib/deep/under.js", "under");
    const { taskRoot } = await unpack({
      $: "archive",
      assets: {
        ".": { $: "archive", path: "app" },
        "lib/added.js": { $: "asset", text: "added" },
        "lib/part.js": { $: "asset", text: "another" },
      },
    });
    const files = ["index.js", "lib/part.js", "lib/deep/under.js", "lib/added.js"];
    assert.deepEqual(
      files.map((name) => readAt(taskRoot, name)),
      ["app", "another", "under", "added"],
    );
    // Nothing was written into the program's own folder.
    assert.deepEqual(readdirSync(path.join(folder, "app/lib")).sort(), ["deep", "part.js"]);
    assert.equal(readAt(folder, "app/lib/part.js"), "part");
  });

  it("needs no tidying where nothing was ever unpacked", () => {
    assert.doesNotThrow(() => removeOtherCode(target, new Set()));
  });

  it("is unpacked where a zip archive is one of its parts", async () => {
    put("app.zip", zipOf({ "index.js": "zipped", "lib/part.js": "part" }));
    const { taskRoot } = await unpack({
      $: "archive",
      assets: { "./": { $: "archive", path: "app.zip" }, "config.json": { $: "asset", text: "{}" } },
    });
    assert.deepEqual(readdirSync(taskRoot).sort(), ["config.json", "index.js", "lib"]);
    assert.equal(readAt(taskRoot, "lib/part.js"), "part");
  });

  it("is copied from file assets and linked from folder archives", async () => {
    put("src/main.js", "main");
    put("modules/thing/index.js", "thing");
    const { taskRoot } = await unpack({
      $: "archive",
      assets: {
        "index.js": { $: "asset", path: "src/main.js" },
        node_modules: { $: "archive", path: "modules" },
        nested: { $: "archive", assets: { "deep.txt": { $: "asset", text: "deep" } } },
      },
    });
    assert.equal(readAt(taskRoot, "index.js"), "main");
    assert.equal(readAt(taskRoot, "node_modules/thing/index.js"), "thing");
    assert.equal(readAt(taskRoot, "nested/deep.txt"), "deep");
  });

  it("stays where it is when it is a folder", async () => {
    put("app/index.js", "app");
    assert.equal((await unpack({ $: "archive", path: "app" })).taskRoot, path.join(folder, "app"));
  });

  it("is other code when a package of one's own changes in it, or packages were installed, and not when somebody touches those", async () => {
    const hash = async () => (await unpack({ $: "archive", path: "app" })).hash;
    put("app/nodejs/node_modules/own/index.js", "one");
    const hashes = [await hash()];
    put("app/nodejs/node_modules/own/index.js", "another");
    hashes.push(await hash());
    put("app/nodejs/node_modules/.package-lock.json", "{}");
    hashes.push(await hash());
    assert.equal(new Set(hashes).size, 3);
    put("app/nodejs/node_modules/own/index.js", "touched");
    assert.equal(await hash(), hashes.at(-1));
    put("app/nodejs/node_modules/.package-lock.json", "{ }");
    assert.ok(!hashes.includes(await hash()));
  });

  it("is read once where packages that are linked lead back to each other", async () => {
    put("app/index.js", "app");
    put("packages/a/index.js", "a");
    for (const name of ["app", "packages/a"]) {
      mkdirSync(path.join(folder, name, "node_modules"));
      symlinkSync(path.join(folder, "packages/a"), path.join(folder, name, "node_modules/a"));
    }
    const first = (await unpack({ $: "archive", path: "app" })).hash;
    put("packages/a/index.js", "another");
    assert.notEqual((await unpack({ $: "archive", path: "app" })).hash, first);
  });

  it("is unpacked from a zip archive", async () => {
    put("app.zip", zipOf({ "index.js": "zipped", "lib/a.js": "a" }));
    const { taskRoot } = await unpack({ $: "archive", path: "app.zip" });
    assert.deepEqual([readAt(taskRoot, "index.js"), readAt(taskRoot, "lib/a.js")], ["zipped", "a"]);
  });

  it("runs from a zip archive", async () => {
    put(
      "app.zip",
      zipOf({
        "index.js": `exports.handler = async () => require("./lib/a").a;`,
        "lib/a.js": "exports.a = 'zipped';",
      }),
    );
    const run = await startRun([
      lambda("zipped", "", { code: { $: "archive", path: path.join(folder, "app.zip") } }),
    ]);
    try {
      assert.equal((await run.workers.invoke("zipped", {})).payload, `"zipped"`);
    } finally {
      await run.close();
    }
  });

  it("does not leave its folder when the zip archive wants it to", async () => {
    put("evil.zip", zipOf({ "../outside.js": "x" }));
    await assert.rejects(() => unpack({ $: "archive", path: "evil.zip" }), /invalid relative path/);
    assert.equal(readdirSync(folder).includes("outside.js"), false);
  });

  it("is written once for the same content and apart for another", async () => {
    const one = await unpack(archive({ "index.js": "one" }));
    const same = await unpack(archive({ "index.js": "one" }));
    const other = await unpack(archive({ "index.js": "two" }));
    assert.deepEqual([same.hash, same.taskRoot], [one.hash, one.taskRoot]);
    assert.notEqual(other.hash, one.hash);
    assert.notEqual(other.taskRoot, one.taskRoot);
  });

  it("changes its hash when a file of its folder changes", async () => {
    put("app/lib/part.js", "1");
    const before = await unpack({ $: "archive", path: "app" });
    put("app/lib/part.js", "12");
    const after = await unpack({ $: "archive", path: "app" });
    assert.notEqual(after.hash, before.hash);
  });

  it("is refused when it names what is not there, lies elsewhere or is no zip", async () => {
    put("app.tar.gz", "");
    const refused = { name: "UserError" };
    await assert.rejects(() => unpack({ $: "archive", path: "gone" }), {
      ...refused,
      message: /gone, which is not there/,
    });
    const elsewhere: Value = {
      $: "archive",
      assets: { "a.js": { $: "asset", uri: "https://example.com/a.js" } },
    };
    await assert.rejects(() => unpack(elsewhere), { ...refused, message: /"a\.js".*outside of the program/ });
    await assert.rejects(() => unpack({ $: "archive", path: "app.tar.gz" }), {
      ...refused,
      message: /not a zip archive/,
    });
  });
});
