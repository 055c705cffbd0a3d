import assert from "node:assert/strict";
import { once } from "node:events";
import type { InvokeResult } from "../../../local/invocation.ts";
import { ResponseStream } from "../../../local/workers/runtime/streaming.cjs";
import limits from "../../../shared/aws/limits.cjs";
import { archive, doing, functionArn, lambda, resource, startRun, type TestRun } from "./support.ts";

const answers = (result: InvokeResult): unknown => {
  assert.equal(result.status, "ok", JSON.stringify(result));
  return result.payload === undefined ? undefined : JSON.parse(result.payload);
};

describe("an invocation", () => {
  let run: TestRun;
  const functions = {
    echo: "exports.handler = async (event) => event;",
    does: doing({
      sync: "(event) => ({ synchronous: event.n })",
      nothing: "async () => {}",
      throws: `async () => { throw Object.assign(new Error("no"), { name: "Wrong" }); }`,
      throwsText: `async () => { throw "just text"; }`,
      circular: "async () => { const a = {}; a.a = a; return a; }",
      large: `async ({ length }) => "x".repeat(length)`,
    }),
    context: `exports.handler = async (event, context) => ({
      ...context, left: context.getRemainingTimeInMillis(), keys: Object.keys(context).sort() });`,
    counter: "let calls = 0; exports.handler = async () => ++calls;",
    streams: `${doing({
      pieces: `async ({ name }, stream, context) => {
        if (!context.awsRequestId) throw new Error("no context");
        stream.setContentType("text/plain");
        stream.write("Hello, "); stream.write(Buffer.from(name)); stream.write({ n: 1 }); stream.end("!"); }`,
      fails: `async (event, stream) => { stream.write("some"); throw new Error("in the middle"); }`,
      http: `async (event, stream) => {
        const body = awslambda.HttpResponseStream.from(stream, { statusCode: 201 }); body.end("made"); }`,
      much: "async (event, stream) => { for (let n = 0; n < 64; n++) stream.write(Buffer.alloc(65_536)); stream.end(); }",
      atOnce: `(event, stream) => { stream.end("x"); }`,
    })} exports.handler = awslambda.streamifyResponse(exports.handler);`,
    frozen: `let ticks = 0; setInterval(() => ticks++, 1);
      exports.handler = async ({ wait = 0 }) => { await new Promise((done) => setTimeout(done, wait)); return ticks; };`,
  };

  before(async () => {
    const plain = Object.entries(functions).map(([name, code]) => lambda(name, code, { publish: true }));
    run = await startRun([
      ...plain,
      lambda("module", "export const handler = async () => import.meta.url.slice(-9);", {
        code: archive({ "index.mjs": "export const handler = async () => import.meta.url.slice(-9);" }),
      }),
      lambda("typed", "", {
        code: archive({
          "package.json": `{"type":"module"}`,
          "lib/app.js": "const v = await Promise.resolve(7); export const api = { get: async () => v };",
        }),
        handler: "lib/app.api.get",
      }),
      lambda("parts", "", {
        code: archive({
          "index.js": `exports.handler = async () => require("./part").part;`,
          "part.js": `exports.part = "b";`,
        }),
      }),
      lambda(
        "streamsMegabytes",
        `const megabyte = Buffer.alloc(1_048_576);
         exports.handler = awslambda.streamifyResponse(async ({ count }, stream) => {
           for (let n = 0; n < count; n++) stream.write(megabyte); stream.end(); });`,
        { timeout: 900, memorySize: 1_024 },
      ),
      resource("aws:lambda/alias:Alias", "live", {
        name: "live",
        functionName: "echo",
        functionVersion: "7",
      }),
    ]);
  });
  after(() => run.close());

  const invoke = (name: string, event: unknown = {}) => run.workers.invoke(name, event);

  const streamed = async (name: string, event: unknown) => {
    const taken: string[] = [];
    const result = await run.workers.invoke(name, event, {
      stream: {
        begin: (contentType) => taken.push(`begins ${contentType}`),
        write: (bytes) => {
          taken.push(Buffer.from(bytes).toString());
          return undefined;
        },
      },
    });
    return { taken, result };
  };

  it("gives the event to the handler and hands back what it returns, as JSON text", async () => {
    const result = await invoke("echo", { text: "Amélie 🎬", list: [1, null] });
    assert.equal(result.payload, `{"text":"Amélie 🎬","list":[1,null]}`);
  });

  it("takes a handler that is not async", async () => {
    assert.deepEqual(answers(await invoke("does", { does: "sync", n: 3 })), { synchronous: 3 });
  });

  it("has no payload when the handler returns nothing", async () => {
    const result = await invoke("does", { does: "nothing" });
    assert.equal(result.status, "ok");
    assert.equal("payload" in result, false);
  });

  it("gives a complete context", async () => {
    const result = await invoke("context");
    const { left, keys, ...context } = answers(result) as Record<string, unknown>;
    assert.deepEqual(keys, [
      "awsRequestId",
      "functionName",
      "functionVersion",
      "getRemainingTimeInMillis",
      "invokedFunctionArn",
      "logGroupName",
      "logStreamName",
      "memoryLimitInMB",
    ]);
    const { logStreamName, ...fixed } = context;
    assert.deepEqual(fixed, {
      awsRequestId: result.requestId,
      functionName: "context",
      functionVersion: "$LATEST",
      invokedFunctionArn: functionArn("context"),
      memoryLimitInMB: "128",
      logGroupName: "/aws/lambda/context",
    });
    assert.match(String(logStreamName), /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
    assert.ok(Number(left) > 0 && Number(left) <= 3000, `${left} ms left`);
  });

  it("keeps what a module holds from one call to the next", async () => {
    const results = [await invoke("counter"), await invoke("counter"), await invoke("counter")];
    assert.deepEqual(results.map(answers), [1, 2, 3]);
  });

  it("names the function by name, ARN, alias and $LATEST", async () => {
    for (const name of [
      "echo",
      "echo:live",
      "echo:$LATEST",
      "echo:7",
      functionArn("echo"),
      `${functionArn("echo")}:live`,
    ]) {
      assert.deepEqual(answers(await invoke(name, { by: name })), { by: name });
    }
  });

  it("refuses functions and aliases that are not there", async () => {
    const refused = { name: "ResourceNotFoundException" };
    await assert.rejects(() => invoke("missing"), {
      ...refused,
      message: /missing.*declares no such function/,
    });
    await assert.rejects(() => invoke("echo:blue"), { ...refused, message: /echo:blue.*\$LATEST, live, 7/ });
  });

  it("reports what a handler throws, with its type, message and trace", async () => {
    const { status, error } = await invoke("does", { does: "throws" });
    assert.equal(status, "error");
    assert.equal(error?.errorType, "Wrong");
    assert.equal(error?.errorMessage, "no");
    assert.match(error?.trace?.[1] ?? "", /index\.js:1:\d+/);
  });

  it("reports a thrown value that is no error", async () => {
    const { error } = await invoke("does", { does: "throwsText" });
    assert.deepEqual(error, { errorType: "string", errorMessage: "just text", trace: [] });
  });

  it("reports an answer that cannot be written as JSON, and the worker goes on", async () => {
    const { error } = await invoke("does", { does: "circular" });
    assert.equal(error?.errorType, "Runtime.JSONStringifyError");
    assert.equal(error?.errorMessage, "Unable to stringify response body");
    assert.match(error?.trace?.join("\n") ?? "", /Caused by: TypeError: Converting circular structure/);
  });

  it("refuses an answer over 6,291,556 bytes and takes one of exactly that", async () => {
    const quotes = 2;
    assert.equal((await invoke("does", { does: "large", length: 6_291_556 - quotes })).status, "ok");
    const { error } = await invoke("does", { does: "large", length: 6_291_557 - quotes });
    assert.equal(error?.errorType, "Function.ResponseSizeTooLarge");
    assert.equal(
      error?.errorMessage,
      "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    );
  });

  it("refuses an event over 6 MB", async () => {
    const { error } = await invoke("echo", "x".repeat(6_291_456));
    assert.equal(error?.errorType, "RequestEntityTooLargeException");
  });

  it("answers with all that a streaming handler wrote where nobody takes its pieces", async () => {
    const { status, payload, error } = await invoke("streams", { does: "pieces", name: "Zoë" });
    assert.equal(status, "ok", JSON.stringify(error));
    assert.equal(payload, `Hello, Zoë{"n":1}!`);
  });

  it("hands on the pieces of a streaming handler as they come, then its end", async () => {
    const { taken, result } = await streamed("streams", { does: "pieces", name: "Zoë" });
    assert.equal(result.payload, undefined);
    assert.deepEqual(taken, ["begins text/plain", "Hello, ", "Zoë", `{"n":1}`, "!"]);
  });

  it("hands on what a streaming handler wrote before it failed, and the error", async () => {
    const { taken, result } = await streamed("streams", { does: "fails" });
    assert.deepEqual(taken, ["begins application/octet-stream", "some"]);
    assert.equal(result.error?.errorMessage, "in the middle");
  });

  it("puts the head of an HTTP answer before its body, eight NULs between", async () => {
    const { taken } = await streamed("streams", { does: "http" });
    assert.deepEqual(taken, [
      "begins application/vnd.awslambda.http-integration-response",
      `{"statusCode":201}`,
      "\0".repeat(8),
      "made",
    ]);
  });

  it("makes a streaming handler wait for a caller who is slow to take its pieces", async () => {
    const { promise: room, resolve: makeRoom } = Promise.withResolvers<void>();
    const { promise: full, resolve: isFull } = Promise.withResolvers<void>();
    const megabyte = 1_048_576;
    let bytes = 0;
    const invoked = run.workers.invoke(
      "streams",
      { does: "much" },
      {
        stream: {
          begin: () => {},
          write: (piece) => {
            bytes += piece.length;
            if (bytes >= megabyte - 65_536) isFull();
            return room;
          },
        },
      },
    );
    await full;
    // While another function runs, this one would long have written all.
    await invoke("frozen", { wait: 50 });
    assert.ok(bytes <= megabyte + 65_536, `${bytes}`);
    makeRoom();
    assert.equal((await invoked).status, "ok");
    assert.equal(bytes, 4 * megabyte);
  });

  it("ends a stream over 6 MB that nobody takes piece by piece", async () => {
    const { error } = await invoke("streamsMegabytes", { count: 7 });
    assert.equal(error?.errorType, "Function.ResponseSizeTooLarge");
    assert.match(error?.errorMessage ?? "", /6291556 bytes/);
  });

  it("ends a stream that is longer than what it may be", async () => {
    const pieces: Uint8Array[] = [];
    const stream = new ResponseStream({ begin: () => {}, write: (piece) => pieces.push(piece) }, 4);
    const failed = once(stream, "error");
    stream.write("1234");
    stream.write("5");
    const [error] = await failed;
    assert.match(error.message, /payload size \(4 bytes\)/);
    assert.equal(Buffer.concat(pieces).toString(), "1234");
    assert.equal(limits.lambda.largestStream, 200 * 1_048_576);
  });

  it("refuses a streaming handler that is not async, as AWS's runtime does", async () => {
    const { error } = await invoke("streams", { does: "atOnce" });
    assert.equal(error?.errorMessage, "Streaming does not support non-async handlers.");
  });

  it("loads ES modules, by extension and by package.json, with top-level await", async () => {
    assert.equal(answers(await invoke("module")), "index.mjs");
    assert.equal(answers(await invoke("typed")), 7);
  });

  it("loads further files of the archive", async () => {
    assert.equal(answers(await invoke("parts")), "b");
  });

  it("lets nothing run between two invocations, as the cloud does", async () => {
    const before = Number(answers(await invoke("frozen", { wait: 20 })));
    await new Promise((done) => setTimeout(done, 100));
    const after = Number(answers(await invoke("frozen")));
    // One overdue tick is caught up with when the worker wakes; about a hundred would have run meanwhile.
    assert.ok(after - before <= 3, `${after - before} ticks while it should have stood still`);
  });

  it("stops waiting when the caller goes away, and the invocation goes on", async () => {
    const before = Number(answers(await invoke("counter")));
    const gone = new AbortController();
    const waiting = run.workers.invoke("counter", {}, { signal: gone.signal });
    gone.abort();
    await assert.rejects(waiting, { name: "AbortError" });
    assert.equal(answers(await invoke("counter")), before + 2);
  });
});
