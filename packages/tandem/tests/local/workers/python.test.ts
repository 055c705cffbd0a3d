import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findPython } from "../../../local/workers/python/interpreter.ts";
import { withVariables } from "../../support/variables.ts";
import { archive, python, startRun, type TestRun } from "./support.ts";

const COUNTED = (fault: string) => `
import os, sys, time
calls = 0
def handler(event, context):
    global calls
    calls += 1
    if event.get("fail"):
        ${fault}
    return calls
`;

const ECHOES = `
import decimal, os
def handler(event, context):
    return {
        "event": event,
        "id": context.aws_request_id,
        "name": context.function_name,
        "version": context.function_version,
        "memory": context.memory_limit_in_mb,
        "arn": context.invoked_function_arn,
        "group": context.log_group_name,
        "left": 2000 < context.get_remaining_time_in_millis() <= 3000,
        "identity": context.identity.cognito_identity_id,
        "client": context.client_context and [context.client_context.custom, context.client_context.client.app_title],
        "variables": [os.environ["WORD"], os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_EXECUTION_ENV"]],
        "ofThisMachine": [name for name in ("HOME", "USER", "PYTHONUNBUFFERED") if name in os.environ],
        "isAtHome": os.getcwd() == os.environ["LAMBDA_TASK_ROOT"],
        "decimals": [decimal.Decimal("12345678901234567890"), decimal.Decimal("1.5")],
    }
`;

const LOGS = `
import logging, sys
logging.getLogger().setLevel(logging.INFO)
def handler(event, context):
    print("printed\\nin two lines")
    print("without an end", end="")
    logging.info("logged %s", "well")
    if event.get("floods"):
        for _ in range(300):
            print("x" * 10_000)
`;

/** Of a module of the standard library: whether it lies there compiled as it was installed, and whether it was compiled anew. */
const COMPILED = `
import importlib.util, json, os, sys
def handler(event, context):
    folder, name = os.path.split(json.__file__)
    installed = os.path.join(folder, "__pycache__", "__init__.%s.pyc" % sys.implementation.cache_tag)
    return [os.path.exists(installed), os.path.exists(importlib.util.cache_from_source(json.__file__))]
`;

describe("a function for Python", () => {
  let run: TestRun;

  before(async function () {
    if (!findPython("python3.12", "/")) return this.skip();
    run = await startRun([
      python("echoes", ECHOES, { environment: { variables: { WORD: "ü" } } }),
      python("sleeps", COUNTED("time.sleep(60)"), { timeout: 1 }),
      python("exits", COUNTED("sys.exit(3)")),
      python("exitsWithZero", COUNTED("os._exit(0)")),
      python("dies", COUNTED("os.kill(os.getpid(), 9)")),
      python("raises", COUNTED('raise ValueError("no such visit")')),
      python("returnsASet", COUNTED("return {1}")),
      python("fills", "def handler(length, context): return 'x' * length"),
      python("logs", LOGS),
      python("compiled", COMPILED),
      python("logsJson", LOGS, { loggingConfig: { logFormat: "JSON" } }),
    ]);
  });
  after(() => run?.close());

  it("finds Python's own modules compiled as they were installed, and compiles none of them anew", async () => {
    const { payload } = await run.workers.invoke("compiled", {});
    const [isInstalled, isAnew] = JSON.parse(payload ?? "") as boolean[];
    assert.equal(isAnew, !isInstalled);
  });

  it("has the context, the variables and the folder that Lambda gives", async () => {
    const clientContext = JSON.stringify({ custom: { a: 1 }, client: { app_title: "shop" } });
    const { payload, requestId } = await run.workers.invoke("echoes", { a: ["ü"] }, { clientContext });
    assert.match(payload ?? "", /"decimals": \[12345678901234567890, 1\.5\]/);
    const { decimals: _, ...rest } = JSON.parse(payload ?? "") as Record<string, unknown>;
    assert.deepEqual(rest, {
      event: { a: ["ü"] },
      id: requestId,
      name: "echoes",
      version: "$LATEST",
      memory: "128",
      arn: "arn:aws:lambda:eu-central-1:123456789012:function:echoes",
      group: "/aws/lambda/echoes",
      left: true,
      identity: null,
      client: [{ a: 1 }, "shop"],
      variables: ["ü", "AKIALOCALTEST", "AWS_Lambda_python3.12"],
      ofThisMachine: [],
      isAtHome: true,
    });
  });

  /** Fails once after a good call. @returns how, and what the next call answers: 1 of a fresh worker, 3 of the same */
  async function failOnce(name: string) {
    assert.equal((await run.workers.invoke(name, {})).payload, "1");
    const { status, error, requestId } = await run.workers.invoke(name, { fail: true });
    assert.equal(status, "error");
    return { error, id: requestId, next: (await run.workers.invoke(name, {})).payload };
  }

  it("is ended when its time is up", async () => {
    const { error, id, next } = await failOnce("sleeps");
    assert.deepEqual(error, {
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${id} Error: Task timed out after 1.00 seconds`,
    });
    assert.equal(next, "1");
  });

  for (const [name, how] of [
    ["exits", "Runtime exited with error: exit status 3"],
    ["exitsWithZero", "Runtime exited without providing a reason"],
    ["dies", "Runtime exited with error: signal: killed"],
  ] as const) {
    it(`that ${name} is an error, and the next call meets a fresh worker`, async () => {
      const { error, id, next } = await failOnce(name);
      assert.deepEqual(error, {
        errorType: "Runtime.ExitError",
        errorMessage: `RequestId: ${id} Error: ${how}`,
      });
      assert.equal(next, "1");
    });
  }

  it("that raises is answered as Lambda's Python runtime does, and goes on", async () => {
    const { error, id, next } = await failOnce("raises");
    const { stackTrace = [], ...rest } = error ?? {};
    assert.deepEqual(rest, { errorMessage: "no such visit", errorType: "ValueError", requestId: id });
    assert.equal(stackTrace.length, 1);
    assert.match(stackTrace[0] ?? "", /^ {2}File ".*\/index\.py", line 8, in handler\n {4}raise ValueError/);
    assert.equal(next, "3");
    const { lines } = await logOf("raises", { fail: true });
    assert.deepEqual(lines.slice(1, 3), [
      "[ERROR] ValueError: no such visit",
      "Traceback (most recent call last):",
    ]);
    assert.match(lines[4] ?? "", /^ {4}raise ValueError/);
  });

  it("that returns what JSON does not know fails to be marshalled", async () => {
    const { error, next } = await failOnce("returnsASet");
    assert.equal(error?.errorType, "Runtime.MarshalError");
    assert.equal(
      error?.errorMessage,
      "Unable to marshal response: Object of type set is not JSON serializable",
    );
    assert.equal(next, "3");
  });

  it("takes an answer of 6,291,556 bytes and refuses a longer one", async () => {
    const most = 6_291_556;
    const quotes = 2;
    assert.equal((await run.workers.invoke("fills", most - quotes)).payload?.length, most);
    const { error } = await run.workers.invoke("fills", most - quotes + 1);
    assert.equal(error?.errorType, "Function.ResponseSizeTooLarge");
  });

  async function logOf(name: string, event: unknown) {
    const lines: string[] = [];
    const { requestId } = await run.workers.invoke(name, event, { log: (line) => lines.push(line) });
    return { lines, requestId };
  }

  it("logs what it prints and what it logs between START and REPORT, in this order", async () => {
    const { lines, requestId } = await logOf("logs", {});
    assert.match(lines[0] ?? "", new RegExp(`^START RequestId: ${requestId} `));
    assert.deepEqual(lines.slice(1, 3), ["printed", "in two lines"]);
    assert.match(lines[3] ?? "", new RegExp(`^\\[INFO\\]\\t[-\\dT:.]+Z\\t${requestId}\\tlogged well$`));
    assert.equal(lines[4], "without an end");
    const [, megabytes] =
      /^REPORT .*\tMax Memory Used: (\d+) MB\tInit Duration: /.exec(lines.at(-1) ?? "") ?? [];
    // Of this process alone: the run's own memory is several times as much.
    assert.ok(Number(megabytes) > 4 && Number(megabytes) < 100, `${megabytes} MB`);
    assert.doesNotMatch((await logOf("logs", {})).lines.at(-1) ?? "", /Init Duration/);
  });

  it("logs as JSON where the program says so", async () => {
    const { lines, requestId } = await logOf("logsJson", {});
    const { timestamp, ...logged } = JSON.parse(lines.find((line) => line.startsWith("{")) ?? "{}");
    assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.deepEqual(logged, { level: "INFO", message: "logged well", logger: "root", requestId });
  });

  it("that floods the log is cut after 1 MB, and what is left out is said", async () => {
    const { lines } = await logOf("logs", { floods: true });
    assert.ok(lines.join("").length < 1_100_000);
    assert.match(lines.at(-3) ?? "", /^Left out by the local run: 1,95\d,\d{3} bytes/);
  });
});

describe("a function for Python that does not load", () => {
  it("is told at the start by Lambda's words, each with its place", async function () {
    if (!findPython("python3.12", "/")) return this.skip();
    const message = await startRun([
      python("lacks", "import nowhere_to_be_found\ndef handler(event, context): pass"),
      python("lacksSdk", "import boto3\ndef handler(event, context): pass", {
        code: archive({ "index.py": "raise ModuleNotFoundError(\"No module named 'boto3'\")" }),
      }),
      python("hidden", "import mocha_has_no_such", { handler: "app.handler" }),
      python("broken", "def handler(event, context:\n"),
      python("unnamed", "def other(event, context): pass"),
      python("bad", "", { handler: "index" }),
      python("builtIn", "", { handler: "sys.exit" }),
      python("early", "import os\nos.environ['ORDERS']"),
    ]).then(
      () => assert.fail("it has started"),
      (error: Error) => error.message,
    );
    const lines = message.split("\n").map((line) => line.trim());
    const of = (name: string) => lines.find((line) => line.startsWith(`Function ${name}`)) ?? "";
    assert.equal(
      of("lacks:"),
      "Function lacks: Runtime.ImportModuleError: Unable to import module 'index': No module named 'nowhere_to_be_found'",
    );
    assert.match(of("lacksSdk"), /imports boto3, which Lambda's runtime brings along.*pip install boto3/);
    assert.match(of("hidden"), /Unable to import module 'app': No module named 'app'$/);
    assert.match(
      of("broken"),
      /Runtime\.UserCodeSyntaxError: Syntax error in module 'index'.*index\.py" Line 1\)$/,
    );
    assert.match(of("unnamed"), /Runtime\.HandlerNotFound: Handler 'handler' missing on module 'index'$/);
    assert.match(
      of("bad"),
      /Runtime\.MalformedHandlerName: Bad handler 'index': not enough values to unpack/,
    );
    assert.match(
      of("builtIn"),
      /Runtime\.BuiltInModuleConflict: Cannot use built-in module sys as a handler/,
    );
    assert.match(of("early"), /KeyError: 'ORDERS' \(File ".*index\.py", line 2, in <module>\)$/);
  });
});

describe("a package that Lambda's Python brings along", () => {
  it("is read compiled as it was installed, and out of an archive beside it", async function () {
    const found = findPython("python3.12", "/");
    if (!found) return this.skip();
    const folder = mkdtempSync(path.join(tmpdir(), "tandem-environment-"));
    const packages = path.join(folder, "site-packages");
    for (const made of [packages, path.join(folder, "bin")]) mkdirSync(made);
    writeFileSync(path.join(packages, "six.py"), "");
    const start = `#!/bin/sh\nPYTHONPATH="${packages}" exec "${found.executable}" "$@"\n`;
    writeFileSync(path.join(folder, "bin/python3"), start, { mode: 0o755 });
    execFileSync(found.executable, ["-m", "compileall", "-q", packages]);
    const packed = path.join(packages, "packed.egg");
    execFileSync(found.executable, ["-m", "zipfile", "-c", packed, path.join(packages, "six.py")]);
    const code = `import importlib.util, os, six, sys
def handler(event, context):
    places = [six.__file__, os.path.exists(importlib.util.cache_from_source(six.__file__))]
    sys.path.insert(0, "${packed}")
    del sys.modules["six"]
    import six as unpacked
    return [*places, unpacked.__file__]`;
    await withVariables({ VIRTUAL_ENV: folder }, async () => {
      const run = await startRun([python("brings", code)]);
      try {
        const { payload } = await run.workers.invoke("brings", {});
        const [installed, unpacked] = [packages, packed].map((folder) => path.join(folder, "six.py"));
        assert.deepEqual(JSON.parse(payload ?? ""), [installed, false, unpacked]);
      } finally {
        await run.close();
        rmSync(folder, { recursive: true });
      }
    });
  });
});
