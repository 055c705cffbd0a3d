import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { MongoClient } from "mongodb";
import { AskedConsole } from "../../console/asked-console.ts";
import { misfits } from "../../console/described-answers.ts";
import { recording, resource } from "../support/recordings.ts";
import { refusal } from "../support/run-in-process.ts";
import { call, descendants, gone, ProjectCopy, StartedProcess } from "./support.ts";

/** The garden's MongoDB and an API: without functions and other stores they start in a third of the time. */
const DIARY = `import * as aws from "@pulumi/aws";
import * as mongodbatlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";
const api = new aws.apigatewayv2.Api("api", { protocolType: "HTTP" });
new aws.apigatewayv2.Stage("default", { apiId: api.id, name: "$default", autoDeploy: true });
const cluster = new mongodbatlas.AdvancedCluster("diary", {
  projectId: "5f0000000000000000000000", name: "diary", clusterType: "REPLICASET", replicationSpecs: [],
});
export const connectionString = pulumi.interpolate\`\${cluster.connectionStrings.standardSrv}/garden\`;
`;

describe("npm start", () => {
  let project: ProjectCopy;
  let run: StartedProcess;
  let api: string;

  before(async () => {
    project = new ProjectCopy("garden");
    run = new StartedProcess(project);
    api = await run.ready();
  });

  after(async () => {
    await run.end();
    project.remove();
  });

  it("says what there is on one screen: endpoints with their functions, stores, a line of parity, the address", () => {
    const shown = run.stdout.slice(0, /^Ready on .*$/m.exec(run.stdout)?.index).split("\n");
    assert.ok(shown.length <= 40, run.stdout);
    assert.deepEqual(
      shown.filter((line) => line.length > 100),
      [],
    );
    for (const pattern of [
      /^garden, stack dev, eu-west-1$/m,
      /^ {2}GET +\/hello +hello +open$/m,
      /^ {2}DELETE +\/plants\/\{bed\}\/\{name\+\} +tend +open$/m,
      /^functions without a route\n.*\bweigh\b/m,
      /^ {2}table +garden-dev-plants +bed N, name S$/m,
      /^ {2}queue +garden-dev-harvests$/m,
      /^ {2}bucket +garden-dev-pictures$/m,
      /^ {2}MongoDB +\S+ +\S.* at mongodb:\/\/127\.0\.0\.1:\d+\/$/m,
      /^\d+ of \d+ realised; npm run parity -- --cwd \S+\nReady on http:\/\/127\.0\.0\.1:\d+\. /m,
    ]) {
      assert.match(run.stdout, pattern);
    }
  });

  it("loads the sample data the first time", async () => {
    assert.match(
      run.stdout,
      /^Loading data\/plants\.json into table garden-dev-plants \[#+\] 100 % 120 written$/m,
    );
    assert.deepEqual((await call(`${api}/plants/1/Dill%2FAnise`)).body, { name: "Dill/Anise", height: 14 });
  });

  it("answers hello and logs the request and the function's lines", async () => {
    const before = run.stdout.length;
    assert.deepEqual((await call(`${api}/hello`)).body, "Hello from the garden!");
    await run.waitForOutput(/^GET \/hello 200 \d+\.\d ms garden-dev-hello$/m, before);
    const [, id] = await run.waitForOutput(/^START RequestId: (\S+) Version: \S+$/m, before);
    await run.waitForOutput(new RegExp(`^END RequestId: ${id}$`, "m"), before);
    await run.waitForOutput(
      new RegExp(
        `^REPORT RequestId: ${id}\tDuration: .* ms\tBilled Duration: \\d+ ms\tMemory Size: 512 MB`,
        "m",
      ),
      before,
    );
  });

  it("keeps documents in MongoDB", async () => {
    const { status, body } = await call(`${api}/notes`, "POST", { text: "Dig." });
    assert.equal(status, 201);
    const { id } = body as { id: string };
    const notes = (await call(`${api}/notes`)).body as { _id: string }[];
    assert.ok(notes.some(({ _id }) => _id === id));
    assert.deepEqual((await call(`${api}/notes/${id}`)).body, { _id: id, text: "Dig." });
    assert.equal((await call(`${api}/notes/${id}`, "DELETE")).status, 204);
    assert.equal((await call(`${api}/notes/${id}`)).status, 404);
  });

  it("tells its page of a request's calls to MongoDB, as the console's OpenAPI file says", async () => {
    const page = await AskedConsole.of(run);
    await call(`${api}/notes`, "POST", { text: "<b>wet</b>" });
    const { rows } = await page.ask<{ rows: { id: number; method: string; title: string }[] }>(
      "/api/requests",
    );
    const id = rows.find(({ method, title }) => method === "POST" && title === "/notes")?.id;
    const { calls } = await page.ask<{ calls: { on: string; milliseconds: number }[] }>(
      `/api/requests/${id}`,
    );
    assert.equal(calls.length, 1);
    assert.partialDeepStrictEqual(calls[0], { store: "MongoDB", operation: "insert", sent: 1, items: 1 });
    assert.match(calls[0]?.on ?? "", /^\w+\.notes$/);
    const svg = await (await page.fetch("/api/pictures/architecture-light.svg")).text();
    for (const marked of ["POST /notes", "diary"])
      assert.match(svg, new RegExp(`<title>${marked}: [1-9]\\d* called, 0 failed</title>`));
    const { wrong, held } = await misfits(page);
    assert.deepEqual(wrong, []);
    assert.ok(held > 3, `${held} answers`);
  });

  it("keeps an item whose key needs encoding in a path", async () => {
    const name = "100 % Amélie + Co/Off";
    const url = `${api}/plants/7/${encodeURIComponent(name)}`;
    assert.equal((await call(url, "PUT", { height: 3 })).status, 201);
    assert.deepEqual((await call(url)).body, { name, height: 3 });
    assert.deepEqual((await call(`${api}/plants?bed=7`)).body, [name]);
    assert.equal((await call(url, "DELETE")).status, 204);
    assert.equal((await call(url)).status, 404);
  });

  it("starts a MongoDB that died again, and says so", async () => {
    const [server] = descendants(run.child.pid as number).filter((pid) =>
      /ferretdb|mongod/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8")),
    );
    const before = run.stdout.length;
    process.kill(server as number, "SIGKILL");
    await run.waitForOutput(/MongoDB.*is back/, before);
    // Another worker's client may be the one that answers: this one still had a connection to what died.
    await call(`${api}/notes`);
    assert.equal((await call(`${api}/notes`)).status, 200);
  });

  it("refuses a second start on the same .local/ and names the first", async () => {
    // Before the program is recorded.
    const recorded = new Promise<never>(() => {});
    assert.match(
      await refusal(project, { recorded }),
      new RegExp(`^Another local run uses .*/\\.local/dev \\(process ${run.child.pid}, ${api}\\)`),
    );
    assert.equal((await call(`${api}/hello`)).status, 200);
  });

  it("refuses a port that is taken", async () => {
    const { port } = new URL(api);
    const other = new ProjectCopy("nothing");
    const declared = resource("aws:apigatewayv2/api:Api", "api", { inputs: { protocolType: "HTTP" } });
    const recorded = Promise.resolve(recording([declared]));
    try {
      assert.match(
        await refusal(other, { recorded, listen: { host: "127.0.0.1", port: Number(port) } }),
        new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is taken .*--port ${Number(port) + 1}`),
      );
    } finally {
      other.remove();
    }
  });

  it("ends on Ctrl-C and leaves no process", async () => {
    const children = descendants(run.child.pid as number);
    assert.notEqual(children.length, 0);
    assert.equal(await run.interrupt(), 0);
    assert.equal(run.stderr, "");
    await gone(children);
  });
});

describe("npm start, once more", () => {
  let project: ProjectCopy;
  let run: StartedProcess;

  const start = async (...args: string[]): Promise<string> => {
    run = new StartedProcess(project, args);
    return run.ready();
  };

  before(async () => {
    project = new ProjectCopy("garden");
    project.write("index.ts", DIARY);
    project.edit("data/seeds.ts", (text) => text.replace(/seeds = \[\n {2}\{.*?^ {2}\},\n/ms, "seeds = [\n"));
    await start();
  });

  after(async () => {
    await run.end();
    project.remove();
  });

  // One start after the other.
  it("keeps the data over Ctrl-C", async () => {
    assert.match(run.stdout, /^Loading data\/notes\.json /m);
    await withNotes(run, "Kept over a restart.");
    assert.equal(await run.interrupt(), 0);
    await start();
    assert.deepEqual((await withNotes(run)).sort(), [
      "Kept over a restart.",
      "Sown in April",
      "Sown in March",
      "Sown in May",
    ]);
    assert.doesNotMatch(run.stdout, /Loading data/);
  });

  it("leaves no process and frees the port when it is killed; --reset begins with empty stores and the sample data", async () => {
    const children = descendants(run.child.pid as number);
    assert.notEqual(children.length, 0);
    const [, port = ""] = /^Ready on http:\/\/127\.0\.0\.1:(\d+)\./m.exec(run.stdout) ?? [];
    await run.interrupt("SIGKILL");
    assert.equal(await start("--port", port, "--reset"), `http://127.0.0.1:${port}`);
    await gone(children);
    assert.deepEqual((await withNotes(run)).sort(), ["Sown in April", "Sown in March", "Sown in May"]);
    assert.match(run.stdout, /^Loading data\/notes\.json /m);
  });
});

/** Texts of all notes that the run's MongoDB has, after one more is written if one is given. */
async function withNotes({ stdout }: StartedProcess, added?: string): Promise<unknown[]> {
  const [uri = ""] = /mongodb:\/\/127\.0\.0\.1:\d+\//.exec(stdout) ?? [];
  const client = await MongoClient.connect(uri);
  try {
    const notes = client.db("garden").collection("notes");
    if (added !== undefined) await notes.insertOne({ text: added });
    return (await notes.find().toArray()).map(({ text }) => text);
  } finally {
    await client.close();
  }
}
