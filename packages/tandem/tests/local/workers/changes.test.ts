import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { WorkerService } from "../../../local/workers/service.ts";
import type { Value, Values } from "../../../program/recording.ts";
import { archive, lambda, startRun, type TestRun } from "./support.ts";

const counter = (label: string) => `let calls = 0; exports.handler = async () => "${label}" + ++calls;`;
const needs = (variable: string) =>
  `if (!process.env.${variable}) throw new Error("Missing environment variable ${variable}"); exports.handler = async () => process.env.${variable};`;

describe("the load check", () => {
  it("names every function that cannot be loaded, and what it lacks, at once", async () => {
    const broken = [
      lambda("good", counter("a")),
      lambda("readBarns", needs("BARNS_MONGODB_URI")),
      lambda("readMotors", needs("MOTORS_TABLE"), { environment: { variables: { MOTOR_TABLE: "motors" } } }),
      lambda("noExport", "exports.other = 1;"),
      lambda("noFile", counter("b"), { handler: "main.handler" }),
      lambda("noSyntax", "exports.handler = async ( => {};"),
      lambda("noModule", `require("not-there"); exports.handler = async () => {};`),
      lambda("noClient", `require("@aws-sdk/client-not-there"); exports.handler = async () => {};`),
      lambda("badName", counter("c"), { handler: "index" }),
      lambda("withCallback", "exports.handler = (event, context, callback) => callback(null, 1);"),
      lambda("throws", `throw new TypeError("at load");`),
    ];
    await assert.rejects(
      () => startRun(broken),
      (error: Error) => {
        assert.equal(error.name, "UserError");
        const matches = (text: RegExp) => assert.match(error.message, text);
        matches(/^Not every function can be run\.$/m);
        matches(
          /^ {2}Function readBarns reads the environment variable BARNS_MONGODB_URI, which nothing gives it: /m,
        );
        matches(/^ {2}Function readMotors reads the environment variable MOTORS_TABLE, /m);
        matches(
          /^ {2}Function noExport: Runtime\.HandlerNotFound: index\.handler is undefined or not exported$/m,
        );
        matches(/^ {2}Function noFile: Runtime\.ImportModuleError: Error: Cannot find module 'main'/m);
        matches(/^ {2}Function noSyntax: Runtime\.UserCodeSyntaxError: .*\(\S+index\.js:1\)$/m);
        matches(/^ {2}Function noModule: Runtime\.ImportModuleError: Error: Cannot find module 'not-there'/m);
        matches(
          /^ {2}Function noClient imports @aws-sdk\/client-not-there, .* run npm install --save-dev @aws-sdk\/client-not-there /m,
        );
        matches(/^ {2}Function badName: Runtime\.MalformedHandlerName: /m);
        matches(/^ {2}Function withCallback: Runtime\.CallbackHandlerDeprecated: /m);
        matches(/^ {2}Function throws: TypeError: at load \(at .*index\.js:1:7\)/m);
        assert.doesNotMatch(error.message, /Function good/);
        return true;
      },
    );
  });

  it("finds what the cloud would refuse, all of it at once", async () => {
    const variables = { LARGE: "x".repeat(4_096), AWS_REGION: "mars-north-1", "no-name": "1" };
    const refused = [
      lambda("variables", counter("a"), { environment: { variables } }),
      lambda("tiny", counter("a"), { memorySize: 64, timeout: 901 }),
      lambda("largest", counter("a"), {
        memorySize: 10_240,
        timeout: 900,
        environment: { variables: { FULL: "x".repeat(4_092) } },
      }),
    ];
    await assert.rejects(() => startRun(refused), {
      name: "UserError",
      message: [
        "Not every function can be run.",
        "  Function tiny: its memory of 64 MB must be a whole number from 128 to 10240.",
        "  Function tiny: its timeout of 901 s must be a whole number from 1 to 900.",
        "  Function variables: its environment variables have 4131 bytes, 4096 are allowed.",
        '  Function variables: the environment variable "no-name" must be a letter, then letters, digits or _.',
        "  Function variables: the environment variable AWS_REGION is Lambda's own and cannot be declared.",
      ].join("\n"),
    });
  });

  it("leaves the loaded worker warm for the first invocation", async () => {
    const run = await startRun([lambda("first", `console.log("loaded"); ${counter("a")}`)]);
    try {
      assert.equal((await run.workers.invoke("first", {})).payload, `"a1"`);
    } finally {
      await run.close();
    }
    assert.equal(run.lines.filter((line) => line.endsWith("loaded")).length, 1);
  });

  it("does not load again what has loaded with the same variables before", async () => {
    const run = await startRun([lambda("same", `console.log("loaded"); ${counter("a")}`)]);
    const lines: string[] = [];
    const again = new WorkerService({
      credentialsOf: () => ({ accessKeyId: "id", secretAccessKey: "secret", sessionToken: "local" }),
      onLog: (_name, line) => lines.push(line),
      deliver: async () => {},
    });
    try {
      await again.start(run.context);
      await again.stop();
      assert.deepEqual(lines, []);
      const other = lambda("same", `console.log("loaded"); ${counter("a")}`, {
        environment: { variables: { NEW: "1" } },
      });
      await again.start({ ...run.context, recording: run.recording([other]) });
    } finally {
      await again.stop();
      await run.close();
    }
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /loaded$/);
  });

  it("loads everything when what it remembers is damaged", async () => {
    const run = await startRun([lambda("one", counter("a"))]);
    await run.workers.stop();
    writeFileSync(path.join(run.folder, "functions", "loaded.json"), "{");
    await run.workers.start(run.context);
    assert.equal((await run.workers.invoke("one", {})).payload, `"a1"`);
    await run.close();
  });
});

/** What all of them ask of a run with two functions, each called once. */
function asking(started: () => TestRun) {
  return {
    invoke: async (name: string) => JSON.parse((await started().workers.invoke(name, {})).payload ?? "null"),
    update: (...resources: Parameters<typeof startRun>[0]) =>
      started().workers.update({ ...started().context, recording: started().recording(resources) }),
  };
}

describe("a change while running", () => {
  let run: TestRun;
  const { invoke, update } = asking(() => run);
  const keeps = lambda("kept", counter("kept"));
  // A worker that wrote to its /tmp has a folder there as long as it lives.
  const leavesTrace = (label: string) => `require("node:fs").writeFileSync("/tmp/x", ""); ${counter(label)}`;
  const living = () => {
    const folder = path.join(run.folder, "functions", "tmp");
    return existsSync(folder) ? readdirSync(folder).length : 0;
  };
  let tests = 0;
  /** Differs from test to test. */
  const old = () => `${counter("old")} // ${tests}`;
  /** Calls that it has answered. */
  let kept = 0;

  before(async () => {
    run = await startRun([keeps]);
  });
  after(() => run.close());
  beforeEach(async () => {
    tests++;
    await update(lambda("changed", old()), keeps);
    assert.equal(await invoke("changed"), "old1");
    assert.equal(await invoke("kept"), `kept${++kept}`);
    while (living() > 0) await new Promise((done) => setTimeout(done, 10));
  });

  it("of one function's code is used by its next invocation", async () => {
    await run.workers.replaceCode("changed", archive({ "index.js": counter("new") }));
    assert.equal(await invoke("changed"), "new1");
    assert.equal(await invoke("kept"), `kept${++kept}`);
  });

  it("lets what runs end with the old code", async () => {
    const slow = "exports.handler = () => new Promise((done) => setTimeout(() => done('slow'), 200));";
    await run.workers.replaceCode("changed", archive({ "index.js": slow }));
    const running = invoke("changed");
    await run.workers.replaceCode("changed", archive({ "index.js": counter("new") }));
    assert.equal(await invoke("changed"), "new1");
    assert.equal(await running, "slow");
  });

  it("that comes twice at once leaves the function with new code, and no worker of the other", async () => {
    const codes = ["one", "two"].map((label) => archive({ "index.js": leavesTrace(label) }));
    await Promise.all(codes.map((code) => run.workers.replaceCode("changed", code)));
    assert.match(await invoke("changed"), /^(one|two)1$/);
    while (living() > 1) await new Promise((done) => setTimeout(done, 10));
  });

  it("that does not load is refused, and the old code goes on", async () => {
    await assert.rejects(() => run.workers.replaceCode("changed", archive({ "index.js": "nonsense(" })), {
      name: "UserError",
      message: /Function changed: Runtime\.UserCodeSyntaxError/,
    });
    assert.equal(await invoke("changed"), "old2");
  });

  it("of the program starts anew only the functions that differ", async () => {
    await update(lambda("changed", counter("new")), keeps);
    assert.equal(await invoke("changed"), "new1");
    assert.equal(await invoke("kept"), `kept${++kept}`);
  });

  it("of a function's environment, memory, timeout or role starts it anew", async () => {
    const inputs: Values = {};
    for (const [name, value] of Object.entries<Value>({
      environment: { variables: { NEW: "1" } },
      memorySize: 512,
      timeout: 9,
      role: "arn:aws:iam::123456789012:role/other",
    })) {
      inputs[name] = value;
      await update(lambda("changed", old(), inputs), keeps);
      assert.equal(await invoke("changed"), "old1", name);
      assert.equal(await invoke("kept"), `kept${++kept}`);
    }
  });

  it("adds and removes functions", async () => {
    await update(keeps, lambda("added", counter("added")));
    assert.equal(await invoke("added"), "added1");
    await assert.rejects(() => run.workers.invoke("changed", {}), { name: "ResourceNotFoundException" });
  });

  it("is tried beforehand: a recording with a broken function changes nothing", async () => {
    const broken = run.recording([lambda("changed", needs("NOT_GIVEN")), keeps]);
    await assert.rejects(() => run.workers.checkLoading(broken), { name: "UserError", message: /NOT_GIVEN/ });
    assert.equal(await invoke("changed"), "old2");
  });

  it("that was tried beforehand and not taken over leaves no worker behind", async () => {
    await run.workers.checkLoading(run.recording([lambda("changed", leavesTrace("one")), keeps]));
    assert.equal(living(), 1);
    await run.workers.checkLoading(run.recording([lambda("changed", leavesTrace("two")), keeps]));
    while (living() > 1) await new Promise((done) => setTimeout(done, 10));
    assert.equal(await invoke("changed"), "old2");
  });
});

describe("a change of a run that then ends", () => {
  let run: TestRun;
  const { invoke } = asking(() => run);
  beforeEach(async () => {
    run = await startRun([lambda("changed", counter("old")), lambda("kept", counter("kept"))]);
    await invoke("changed");
  });
  afterEach(() => run.close());

  it("is loaded once when it was tried beforehand", async () => {
    const recording = run.recording([
      lambda("changed", `console.log("loaded"); ${counter("new")}`),
      lambda("kept", counter("kept")),
    ]);
    await run.workers.checkLoading(recording);
    assert.equal(await invoke("changed"), "old2");
    await run.workers.update({ ...run.context, recording });
    assert.equal(await invoke("changed"), "new1");
    await run.workers.stop();
    assert.equal(run.lines.filter((line) => line.endsWith("loaded")).length, 1);
  });

  it("leaves no unpacked code of earlier runs behind", async () => {
    const folder = path.join(run.folder, "functions", "code");
    await run.workers.replaceCode("changed", archive({ "index.js": counter("new") }));
    assert.equal(readdirSync(folder).filter((name) => !name.includes(".")).length, 3);
    await run.workers.stop();
    await run.workers.start(run.context);
    assert.equal(readdirSync(folder).filter((name) => !name.includes(".")).length, 2);
  });
});

describe("the end of a run", () => {
  const endless = "exports.handler = () => new Promise((done) => setTimeout(done, 3_600_000));";
  const inputs = { timeout: 900 };

  it("answers what is under way with an error, in replaced functions too, and does not wait for it", async () => {
    const run = await startRun([
      lambda("endless", endless, inputs),
      lambda("one", endless, { ...inputs, reservedConcurrentExecutions: 1 }),
    ]);
    try {
      const replaced = run.workers.invoke("endless", {});
      await run.workers.replaceCode("endless", archive({ "index.js": `${endless}// again` }));
      const under = [replaced, run.workers.invoke("endless", {}), run.workers.invoke("one", {})];
      await run.workers.invoke("endless", {}, { type: "Event" });
      await run.workers.stop();
      const results = await Promise.all(under);
      assert.deepEqual(
        results.map(({ status }) => status),
        ["error", "error", "error"],
      );
      assert.match(run.reported[0] ?? "", /^Event \S+ for endless is lost: the run ended/);
    } finally {
      await run.close();
    }
  });

  it("refuses further invocations", async () => {
    const run = await startRun([lambda("one", counter("a"))]);
    await run.close();
    await assert.rejects(() => run.workers.invoke("one", {}), { name: "UserError", message: /has ended/ });
  });
});
