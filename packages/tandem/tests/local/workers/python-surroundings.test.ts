import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { findPython } from "../../../local/workers/python/interpreter.ts";
import { eventually } from "../../support/patience.ts";
import { archive, python, resource, startRun, type TestRun } from "./support.ts";

const LAYER = "arn:aws:lambda:eu-central-1:123456789012:layer:shared:1";
const layer = resource(
  "aws:lambda/layerVersion:LayerVersion",
  "shared",
  {
    layerName: "shared",
    code: archive({
      "python/ours.py": "WHERE = 'layer'",
      "python/lib/python3.12/site-packages/versioned.py": "WHERE = 'layer of 3.12'",
      "data/a.txt": "a of the layer",
    }),
  },
  { arn: LAYER },
);

const FILES = `
import os, pathlib, shutil, tempfile
import ours, versioned
def handler(event, context):
    with open("/tmp/kept.txt", "a") as file:
        file.write("x")
    with tempfile.NamedTemporaryFile() as file:
        made = file.name
    os.makedirs("/tmp/a/b", exist_ok=True)
    shutil.copy("/opt/data/a.txt", "/tmp/a/b/c.txt")
    return {
        "kept": pathlib.Path("/tmp/kept.txt").read_text(),
        "listed": sorted(os.listdir("/tmp")),
        "copied": pathlib.Path("/tmp/a/b/c.txt").read_text(),
        "made": made.startswith("/tmp/"),
        "own": open("/var/task/index.py").readline() + open(__file__).readline(),
        "modules": [ours.WHERE, versioned.WHERE],
    }
`;

const HOST = "sns.eu-central-1.amazonaws.com";
const REACHES = `
import http.client, socket, urllib.request
WAYS = {
    "url": lambda: urllib.request.urlopen("https://${HOST}/"),
    "name": lambda: socket.gethostbyname("${HOST}"),
    "address": lambda: socket.getaddrinfo("cluster.ab12c.mongodb.net", 27017),
    "metadata": lambda: http.client.HTTPConnection("169.254.169.254").request("GET", "/"),
}
def handler(way, context):
    try:
        WAYS[way]()
    except Exception as error:
        return [type(error).__name__, str(error)[:60]]
`;

const RUNS_ON = `
import os, subprocess, threading, time
turns = 0
def turn():
    global turns
    while True:
        turns += 1
        time.sleep(0.001)
threading.Thread(target=turn, daemon=True).start()
def handler(event, context):
    child = subprocess.Popen(["sleep", "600"]).pid if event.get("starts") else None
    before = turns
    time.sleep(event.get("takes", 0))
    if "meetsIn" in event:
        os.mkdir(os.path.join(event["meetsIn"], str(os.getpid())))
        while len(os.listdir(event["meetsIn"])) < 2:
            time.sleep(0.02)
    return {"before": before, "after": turns, "pid": os.getpid(), "child": child}
`;

const stateOf = (pid: number) => /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
const isThere = (pid: number) => existsSync(`/proc/${pid}`) && stateOf(pid) !== "Z";

describe("what a function for Python finds around it", () => {
  let run: TestRun;
  const refused: string[] = [];

  before(async function () {
    if (!findPython("python3.12", "/")) return this.skip();
    run = await startRun([
      layer,
      python("files", FILES, { layers: [LAYER] }),
      python("reaches", REACHES),
      python("runsOn", RUNS_ON, { timeout: 60 }),
      python(
        "installed",
        "import importlib.util\ndef handler(name, context): return importlib.util.find_spec(name) is None",
      ),
    ]);
  });
  after(() => run?.close());

  const answerOf = async (name: string, event: unknown) => {
    const { payload, error } = await run.workers.invoke(name, event);
    assert.equal(error, undefined);
    return JSON.parse(payload ?? "");
  };

  it("has a /tmp of its own, kept from call to call, its code as /var/task and layers as /opt", async () => {
    const found = {
      listed: ["a", "kept.txt"],
      copied: "a of the layer",
      made: true,
      own: "\n\n",
      modules: ["layer", "layer of 3.12"],
    };
    assert.deepEqual(await answerOf("files", {}), { ...found, kept: "x" });
    assert.deepEqual(await answerOf("files", {}), { ...found, kept: "xx" });
    assert.equal(existsSync("/tmp/kept.txt"), false);
  });

  for (const way of ["url", "name", "address", "metadata"]) {
    it(`reaches no address of the cloud (${way})`, async () => {
      const [type, message] = await answerOf("reaches", way);
      assert.equal(type, "CloudAddressRefused");
      assert.match(message, /is an address of the cloud/);
      refused.push(message.split(" ")[0]);
      const lines = run.reported.filter((line) => line.includes("reaches wanted to reach"));
      assert.equal(lines.length, new Set(refused).size);
    });
  }

  it("sees no package that is installed on this machine and not in the cloud", async () => {
    assert.equal(await answerOf("installed", "pip"), true);
    assert.equal(await answerOf("installed", "json"), false);
  });

  it("stands still between two calls, and what it has started with it", async function () {
    if (process.platform !== "linux") return this.skip();
    const first = await answerOf("runsOn", { starts: true });
    await eventually(() => stateOf(first.pid) === "T" && stateOf(first.child) === "T");
    const second = await answerOf("runsOn", {});
    assert.equal(second.pid, first.pid);
    assert.ok(second.before - first.after < 50, `${second.before - first.after} turns went by`);
  });

  it("runs in as many processes as there are calls at a time", async () => {
    const meetsIn = path.join(run.folder, "meeting");
    mkdirSync(meetsIn);
    const answers = await Promise.all([1, 2].map(() => answerOf("runsOn", { meetsIn })));
    assert.equal(new Set(answers.map(({ pid }) => pid)).size, 2);
  });
});

describe("the processes of Python functions", () => {
  it("end with the run, and what they have started", async function () {
    if (!findPython("python3.12", "/") || process.platform !== "linux") return this.skip();
    const run = await startRun([python("runsOn", RUNS_ON)]);
    const { payload = "" } = await run.workers.invoke("runsOn", { starts: true });
    const { pid, child } = JSON.parse(payload);
    assert.deepEqual([isThere(pid), isThere(child)], [true, true]);
    await run.close();
    await eventually(() => !isThere(pid) && !isThere(child));
  });

  it("end where the run is killed: while they stand still, while they are busy, and as they answer", async function () {
    if (!findPython("python3.12", "/") || process.platform !== "linux") return this.skip();
    const support = JSON.stringify(new URL("./support.ts", import.meta.url).href);
    const code = JSON.stringify(RUNS_ON);
    const program = `
      const { archive, lambda, startRun } = await import(${support});
      const inputs = { runtime: "python3.12", timeout: 60, code: archive({ "index.py": ${code} }) };
      const run = await startRun(["still", "busy", "answers"].map((name) => lambda(name, "", inputs)));
      for (const name of ["still", "busy", "answers"]) console.log((await run.workers.invoke(name, { starts: true })).payload);
      void run.workers.invoke("busy", { takes: 50 });
      void run.workers.invoke("answers", { takes: 0.1 });
      console.log("{}");`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pids: number[] = [];
    for await (const line of createInterface(parent.stdout)) {
      const { pid, child } = JSON.parse(line);
      if (pid === undefined) break;
      pids.push(pid, child);
    }
    assert.equal(pids.filter(isThere).length, 6);
    parent.kill("SIGKILL");
    await eventually(() => !pids.some(isThere));
  });

  it("end where they are not called for long", async function () {
    if (!findPython("python3.12", "/") || process.platform !== "linux") return this.skip();
    const run = await startRun([python("runsOn", RUNS_ON)], { idleLimit: 50 });
    try {
      const { payload = "" } = await run.workers.invoke("runsOn", {});
      const { pid } = JSON.parse(payload);
      await eventually(() => !isThere(pid));
      assert.equal(run.workers.served("runsOn")?.workers, 0);
    } finally {
      await run.close();
    }
  });

  it("begin anew where the code has changed", async function () {
    if (!findPython("python3.12", "/")) return this.skip();
    const answering = (text: string) => python("says", `def handler(event, context): return "${text}"`);
    const run = await startRun([answering("before")]);
    try {
      assert.equal((await run.workers.invoke("says", {})).payload, '"before"');
      await run.workers.update({ ...run.context, recording: run.recording([answering("after")]) });
      assert.equal((await run.workers.invoke("says", {})).payload, '"after"');
    } finally {
      await run.close();
    }
  });
});
