import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { MongoClient } from "mongodb";
import { findBinary } from "../../../local/mongodb/find-binary.ts";
import { ask } from "../../cli/ask.ts";
import { call, descendants, gone, ProjectCopy, StartedProcess } from "./support.ts";

/** The program's own, without the functions. */
const CLUSTER = `import * as mongodbatlas from "@pulumi/mongodbatlas";
new mongodbatlas.AdvancedCluster("notes", {
  projectId: "5f0000000000000000000000", name: "notes", clusterType: "REPLICASET", replicationSpecs: [],
});
`;

describe("npm start on a machine without a MongoDB", () => {
  let project: ProjectCopy;
  let machine: string;
  let run: StartedProcess;

  /** Nothing is cached, nothing can be downloaded, and of programs there is a `go` that does what the script says. */
  const start = (go: string): void => {
    writeFileSync(path.join(machine, "go"), `#!/bin/sh\n${go}\n`);
    chmodSync(path.join(machine, "go"), 0o755);
    run = new StartedProcess(project, [], {
      PATH: machine,
      HOME: machine,
      XDG_CACHE_HOME: machine,
      MONGODB_URI: "",
      MONGOMS_RUNTIME_DOWNLOAD: "false",
    });
  };
  const waitForRelease = () => `while [ ! -e ${machine}/release ]; do /bin/sleep 0.05; done`;

  beforeEach(() => {
    project = new ProjectCopy("late-mongodb");
    machine = mkdtempSync(path.join(tmpdir(), "tandem-machine-"));
  });

  afterEach(async () => {
    await run.end();
    project.remove();
    rmSync(machine, { recursive: true, force: true });
  });

  it("serves what needs none at once, answers 503 for the rest, and serves all when it is built", async function () {
    const { kind, file } = await findBinary({ environment: process.env, log: () => {} });
    // The script stands in for the minute of building and then gives what was built here before.
    if (kind !== "ferretdb") return this.skip();
    start(`${waitForRelease()}\nwhile [ "$1" != -o ]; do shift; done\n/bin/cp ${file} "$2"`);
    const url = await run.ready();
    assert.match(
      run.stdout,
      /^ +MongoDB +notes +MongoDB is not there yet: (no mongod on the PATH; downloading one|building FerretDB) /m,
    );
    assert.equal(await (await fetch(`${url}/alone`)).text(), "alone");
    await run.waitForOutput(/building FerretDB/);
    const refused = await call(`${url}/needs`);
    assert.equal(refused.status, 503);
    assert.equal(refused.headers.get("retry-after"), "5");
    const { message } = refused.body as { message: string };
    assert.match(message, /^MongoDB is not there yet: building FerretDB .* \(once on this machine/);
    await run.waitForOutput(/^GET \/needs 503 .*MongoDB is not there yet: building FerretDB/m);

    const invoke = (...args: string[]) => ask("invoke", "needs", "--cwd", project.path, ...args);
    const called = await invoke();
    assert.equal(called.code, 1);
    assert.match(called.stdout, /"errorMessage": "MongoDB is not there yet: (still )?building FerretDB/);
    // Accepted, and kept until the store is there.
    assert.equal((await invoke("--asynchronous", "--data", '{"greeting":"late but here"}')).code, 0);
    assert.doesNotMatch(run.stdout, /late but here/);

    writeFileSync(path.join(machine, "release"), "");
    const [, address = ""] = await run.waitForOutput(
      /^MongoDB: ferretdb \S+ \(SQLite\) at (mongodb:\S+) is there; what needs it answers now\.$/m,
    );
    const answer = await fetch(`${url}/needs`);
    assert.deepEqual([answer.status, await answer.text()], [200, `${address}notes`]);
    const { code, stdout } = await invoke();
    assert.deepEqual([code, JSON.parse(stdout)], [0, `${address}notes`]);
    await run.waitForOutput(/late but here/);
    const client = await MongoClient.connect(address);
    assert.equal(await client.db("notes").collection("notes").countDocuments(), 2);
    await client.close();
    assert.equal(await run.interrupt(), 0);
  });

  it("goes on without it where it cannot be had, and says why to everybody who needs it", async () => {
    start('echo "no such module" >&2; exit 1');
    const url = await run.ready();
    await run.waitForOutput(/^error: No MongoDB could be had on this machine\.$/m);
    assert.match(run.stdout, /^Ways out: install mongod, or install Go/m);
    const refused = await call(`${url}/needs`);
    assert.equal(refused.status, 503);
    assert.equal(refused.headers.get("retry-after"), null);
    assert.match(
      (refused.body as { message: string }).message,
      /No MongoDB could be had.*FerretDB could not be built: no such module/s,
    );
    assert.equal(await (await fetch(`${url}/alone`)).text(), "alone");
    assert.equal(await run.interrupt(), 0);
  });

  it("ends the build with the run", async () => {
    project.write("index.ts", CLUSTER);
    rmSync(path.join(project.path, "data"), { recursive: true });
    start(waitForRelease());
    await run.ready();
    await run.waitForOutput(/building FerretDB/);
    const processes = descendants(run.child.pid as number);
    assert.equal(await run.interrupt(), 0);
    await gone(processes);
  });
});
