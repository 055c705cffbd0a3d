import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Connection, createConnection } from "mongoose";
import { findBinary } from "../../../local/mongodb/find-binary.ts";
import { type MongoServer, startMongo } from "../../../local/mongodb/server.ts";
import { eventually } from "../../support/patience.ts";

describe("MongoDB server", () => {
  let folder: string;
  let lines: string[];
  let server: MongoServer | undefined;
  const connections: Connection[] = [];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-mongodb-"));
    lines = [];
  });

  afterEach(async () => {
    for (const connection of connections.splice(0)) await connection.close();
    await server?.stop();
    server = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(environment: NodeJS.ProcessEnv = process.env) {
    server = await startMongo({ folder, log: (line) => lines.push(line), environment });
    return server;
  }

  async function barns(uri: string) {
    const options = { serverSelectionTimeoutMS: 10_000 };
    const connection = await createConnection(`${uri}barns`, options).asPromise();
    connections.push(connection);
    return connection.collection("barns");
  }

  it("keeps documents from one start to the next", async () => {
    await (await barns((await start()).uri)).insertOne({ title: "Momo" });
    await connections.pop()?.close();
    await server?.stop();
    const found = await (await barns((await start()).uri)).findOne({});
    assert.equal(found?.title, "Momo");
  });

  it("leaves no process behind when it stops", async () => {
    const { pid = 0, stop } = await start();
    await stop();
    assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  });

  it("comes back on the same port with its data after a crash, and says both", async () => {
    const { uri, pid = 0 } = await start();
    const collection = await barns(uri);
    await collection.insertOne({ title: "Momo" });
    process.kill(pid, "SIGKILL");
    await eventually(() => lines.some((line) => /is back/.test(line)));
    assert.equal(await collection.countDocuments(), 1);
    assert.match(lines.join("\n"), /ended unexpectedly \(SIGKILL\); starting it again/);
    assert.notEqual(server?.pid, pid);
  });

  it("does not outlive a run that is killed, and the next one has its data", async function () {
    if ((await start()).kind !== "ferretdb") return this.skip(); // mongod is ended by the next start instead
    await server?.stop();
    const program = `
      import { startMongo } from ${JSON.stringify(new URL("../../../local/mongodb/server.ts", import.meta.url).href)};
      const { uri, pid } = await startMongo({ folder: ${JSON.stringify(folder)}, log() {}, environment: process.env });
      process.send({ uri, pid });`;
    const run = fork(program);
    const [{ uri, pid }] = (await once(run, "message")) as [{ uri: string; pid: number }];
    await (await barns(uri)).insertOne({ title: "Momo" });
    run.kill("SIGKILL");
    await eventually(() => !isAlive(pid));
    await connections.pop()?.close();
    assert.equal((await (await barns((await start()).uri)).findOne({}))?.title, "Momo");
  });

  it("says what the server said when its data is damaged", async () => {
    await (await barns((await start()).uri)).insertOne({ title: "Momo" });
    const kind = server?.kind ?? "";
    await connections.pop()?.close();
    await server?.stop();
    server = undefined;
    const data = path.join(folder, kind);
    for (const file of readdirSync(data).filter((name) => /^(barns\.sqlite|WiredTiger)/.test(name))) {
      if (/-(wal|shm)$/.test(file)) rmSync(path.join(data, file));
      else writeFileSync(path.join(data, file), "damaged ".repeat(1000));
    }
    await assert.rejects(start(), { name: "UserError", message: /did not come up/ });
  });

  describe("choice", () => {
    /** A folder for the PATH in which a program of this name runs the lines. */
    const script = (text: string, name = "mongod") => {
      const file = path.join(folder, "bin", name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, `#!/bin/sh\n${text}\n`);
      chmodSync(file, 0o755);
      return path.dirname(file);
    };

    /** As without a network. */
    const withoutDownload = { MONGOMS_RUNTIME_DOWNLOAD: "false" };

    it("prefers a mongod on the PATH, and shows why it did not come up", async () => {
      const bin = script(
        'case "$1" in --version) echo "db version v8.0.1";; *) echo "no disk"; exit 3;; esac',
      );
      await assert.rejects(start({ ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` }), {
        name: "UserError",
        message: "mongod 8.0.1 did not come up (code 3).\n  no disk",
      });
    });

    it("builds FerretDB when mongod cannot be downloaded, and remembers it", async () => {
      // Writes what it is to build without building it; only the choice is tried here.
      const go = script('while [ "$1" != -o ]; do shift; done; /bin/cp /bin/sh "$2"', "go");
      const environment = {
        environment: { ...withoutDownload, PATH: go, XDG_CACHE_HOME: path.join(folder, "cache") },
        log: (line: string) => lines.push(line),
      };
      const built = await findBinary(environment);
      assert.equal(built.kind, "ferretdb");
      assert.match(lines.join("\n"), /could not be downloaded; using FerretDB.*building FerretDB/s);
      lines = [];
      assert.deepEqual(await findBinary(environment), built);
      assert.deepEqual(lines, []);
    });

    it("says what was tried and the ways out when nothing can be had", async () => {
      const environment = {
        ...withoutDownload,
        PATH: path.join(folder, "nothing"),
        XDG_CACHE_HOME: path.join(folder, "cache"),
      };
      await assert.rejects(start(environment), (error: Error) => {
        assert.equal(error.name, "UserError");
        assert.match(
          error.message,
          /no mongod is on the PATH\n.*could not be downloaded: .+\n.*Go is not on the PATH/,
        );
        assert.match(error.message, /Ways out: install mongod, or install Go .*, or set MONGODB_URI/);
        return true;
      });
    });
  });
});

function fork(program: string): ChildProcess {
  const flags = ["--input-type=module-typescript", "-e", program];
  return spawn(process.execPath, flags, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // no such process
  }
}
