import assert from "node:assert/strict";
import type { Values } from "../../../program/recording.ts";
import { eventually } from "../../support/patience.ts";
import { functionArn, lambda, resource, startRun, type TestRun } from "./support.ts";

const QUEUE = "arn:aws:sqs:eu-central-1:123456789012:failed";
const TOPIC = "arn:aws:sns:eu-central-1:123456789012:done";

/** Fails as often as the event says, then answers; each attempt is a line of the log. */
const FLAKY = `const made = {}; exports.handler = async ({ failures }, { awsRequestId }) => {
  const attempts = (made[awsRequestId] = (made[awsRequestId] ?? 0) + 1); console.log("attempt", attempts);
  if (attempts <= failures) throw new Error("attempt " + attempts + " failed"); return { attempts }; };`;

const config = (functionName: string, inputs: Values = {}) =>
  resource("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", functionName, {
    functionName,
    destinationConfig: { onFailure: { destination: QUEUE }, onSuccess: { destination: TOPIC } },
    ...inputs,
  });

describe("an asynchronous invocation", () => {
  /** Of most tests: the function's worker stays, each test says anew what the program declares beside it. */
  let shared: TestRun;
  let run: TestRun;
  const send = async (name: string, event: unknown) => {
    const accepted = await run.workers.invoke(name, event, { type: "Event" });
    await run.workers.settled();
    return accepted;
  };
  const declare = (...resources: Parameters<typeof startRun>[0]) =>
    run.workers.update({ ...run.context, recording: run.recording(resources) });
  /** Lines are handed over in their order, somewhat later than the answer: with those of one call more all others are there. */
  const shown = async () => {
    const { requestId } = await run.workers.invoke("flaky", { failures: 0 });
    await eventually(() => run.lines.includes(`END RequestId: ${requestId}`));
    return run.lines;
  };
  const attempts = async ({ requestId }: { requestId: string }) =>
    (await shown()).filter((line) => line.includes(`\t${requestId}\tINFO\tattempt `)).length;

  before(async () => {
    shared = await startRun([lambda("flaky", FLAKY)]);
  });
  after(() => shared.close());
  beforeEach(() => {
    run = shared;
    for (const noted of [run.lines, run.delivered, run.reported]) noted.length = 0;
  });
  afterEach(async () => {
    if (run !== shared) await run.close();
  });

  it("is accepted before it has run", async () => {
    await declare(lambda("slow", "exports.handler = () => new Promise((done) => setTimeout(done, 200));"));
    const accepted = await run.workers.invoke("slow", {}, { type: "Event" });
    assert.equal(accepted.status, "ok");
    assert.equal("payload" in accepted, false);
    assert.equal(run.lines.filter((line) => line.startsWith("END")).length, 0);
  });

  it("is tried twice more after errors, under the same request id", async () => {
    await declare(lambda("flaky", FLAKY));
    const { requestId } = await send("flaky", { failures: 5 });
    assert.equal(await attempts({ requestId }), 3);
    const start = `START RequestId: ${requestId} Version: $LATEST`;
    assert.equal(run.lines.filter((line) => line === start).length, 3);
  });

  it("stops at the first attempt that succeeds", async () => {
    await declare(lambda("flaky", FLAKY));
    assert.equal(await attempts(await send("flaky", { failures: 1 })), 2);
  });

  it("is tried as often as the program says", async () => {
    await declare(lambda("flaky", FLAKY), config("flaky", { maximumRetryAttempts: 0 }));
    assert.equal(await attempts(await send("flaky", { failures: 5 })), 1);
  });

  it("tells the destination for failures when the retries are used up", async () => {
    await declare(lambda("flaky", FLAKY), config("flaky", { functionName: functionArn("flaky") }));
    const { requestId } = await send("flaky", { failures: 5 });
    const [first, ...more] = run.delivered;
    assert.deepEqual([first?.destination, more], [QUEUE, []]);
    const { timestamp, responsePayload, ...record } = JSON.parse(first?.record ?? "{}");
    assert.match(timestamp, /^\d{4}-.*Z$/);
    assert.equal(responsePayload.errorMessage, "attempt 3 failed");
    assert.deepEqual(record, {
      version: "1.0",
      requestContext: {
        requestId,
        functionArn: `${functionArn("flaky")}:$LATEST`,
        condition: "RetriesExhausted",
        approximateInvokeCount: 3,
      },
      requestPayload: { failures: 5 },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    });
  });

  it("tells the destination for successes", async () => {
    await declare(lambda("flaky", FLAKY), config("flaky"));
    await send("flaky", { failures: 0 });
    assert.equal(run.delivered.length, 1);
    const [{ destination, record } = assert.fail("nothing was delivered")] = run.delivered;
    assert.equal(destination, TOPIC);
    const { requestContext, responseContext, responsePayload } = JSON.parse(record);
    assert.equal(requestContext.condition, "Success");
    assert.deepEqual(responseContext, { statusCode: 200, executedVersion: "$LATEST" });
    assert.deepEqual(responsePayload, { attempts: 1 });
  });

  it("invokes the function that is its destination", async () => {
    await declare(
      lambda("flaky", FLAKY),
      lambda("listener", "exports.handler = async (event) => console.log(event.requestContext.condition);"),
      config("flaky", { destinationConfig: { onSuccess: { destination: functionArn("listener") } } }),
    );
    await send("flaky", { failures: 0 });
    const lines = await shown();
    assert.ok(
      lines.some((line) => line.endsWith("\tSuccess")),
      lines.join("\n"),
    );
    assert.deepEqual(run.delivered, []);
  });

  it("tells no queue, topic or function that the function's own role may not send to, and says why", async () => {
    const reported: unknown[] = [];
    const listener = functionArn("listener");
    run = await startRun(
      [
        lambda("flaky", FLAKY, { deadLetterConfig: { targetArn: QUEUE } }),
        lambda("listener", "exports.handler = async () => console.log('told');"),
        config("flaky", { destinationConfig: { onSuccess: { destination: listener } } }),
      ],
      {
        refuses: (roleArn, destination) => {
          reported.push([roleArn, destination]);
          return "no policy allows it";
        },
      },
    );
    await send("flaky", { failures: 0 });
    await send("flaky", { failures: 5 });
    await run.workers.stop();
    const role = "arn:aws:iam::123456789012:role/test";
    assert.deepEqual(reported, [
      [role, listener],
      [role, QUEUE],
    ]);
    assert.deepEqual(run.delivered, []);
    assert.equal(run.lines.filter((line) => /\ttold$/.test(line)).length, 0);
    assert.match(run.reported.join("\n"), /^Event .* for flaky is lost: .*: no policy allows it$/m);
  });

  it("goes to the dead-letter queue as it came, with what went wrong beside it", async () => {
    await declare(lambda("flaky", FLAKY, { deadLetterConfig: { targetArn: QUEUE } }));
    const { requestId } = await send("flaky", { failures: 5 });
    const attributes = { RequestID: requestId, ErrorCode: 200, ErrorMessage: "attempt 3 failed" };
    assert.deepEqual(run.delivered, [{ destination: QUEUE, record: `{"failures":5}`, attributes }]);
  });

  it("of a function whose concurrency is reserved at 0 is told at once, and never tried", async () => {
    const off = { reservedConcurrentExecutions: 0, deadLetterConfig: { targetArn: QUEUE } };
    await declare(lambda("flaky", FLAKY, off), config("flaky"));
    const { requestId } = await send("flaky", { failures: 0 });
    const [reported, dead] = run.delivered;
    const { timestamp, ...record } = JSON.parse(reported?.record ?? "{}");
    assert.ok(timestamp);
    assert.deepEqual(record, {
      version: "1.0",
      requestContext: {
        requestId,
        functionArn: `${functionArn("flaky")}:$LATEST`,
        condition: "ZeroReservedConcurrency",
        approximateInvokeCount: 0,
      },
      requestPayload: { failures: 0 },
    });
    assert.deepEqual([dead?.record, dead?.attributes?.ErrorCode], [`{"failures":0}`, 429]);
    await declare(lambda("flaky", FLAKY));
    assert.equal(await attempts({ requestId }), 0);
  });

  it("by an alias tells which version of the function was executed", async () => {
    const alias = { name: "live", functionName: "flaky", functionVersion: "1" };
    await declare(
      lambda("flaky", FLAKY, { publish: true }),
      config("flaky"),
      resource("aws:lambda/alias:Alias", "live", alias),
    );
    await send(functionArn("flaky:live"), { failures: 0 });
    const { requestContext, responseContext } = JSON.parse(run.delivered[0]?.record ?? "{}");
    assert.equal(requestContext.functionArn, functionArn("flaky:live"));
    assert.equal(responseContext.executedVersion, "1");
  });

  it("is given up when it is older than the program allows", async () => {
    // The next attempt would come a second after the least age that there is.
    run = await startRun([lambda("flaky", FLAKY), config("flaky", { maximumEventAgeInSeconds: 60 })], {
      retryDelays: [61_000, 61_000],
    });
    await send("flaky", { failures: 5 });
    const { requestContext } = JSON.parse(run.delivered[0]?.record ?? "{}");
    assert.equal(requestContext.condition, "EventAgeExceeded");
    assert.equal(requestContext.approximateInvokeCount, 1);
  });

  it("waits while the function is throttled, which is no attempt", async () => {
    await declare(
      lambda("one", "exports.handler = ({ wait }) => new Promise((done) => setTimeout(done, wait));", {
        reservedConcurrentExecutions: 1,
      }),
      config("one", { maximumRetryAttempts: 0 }),
    );
    const busy = run.workers.invoke("one", { wait: 50 });
    await send("one", { wait: 0 });
    assert.equal((await busy).status, "ok");
    const { requestContext } = JSON.parse(run.delivered[0]?.record ?? "{}");
    assert.deepEqual([requestContext.condition, requestContext.approximateInvokeCount], ["Success", 1]);
  });

  it("is refused over 1 MB", async () => {
    await declare(lambda("flaky", FLAKY));
    const { status, error } = await send("flaky", { text: "x".repeat(1_048_576) });
    assert.deepEqual([status, error?.errorType], ["error", "RequestEntityTooLargeException"]);
  });

  it("is said to be lost when the run ends before its retry, or its destination fails", async () => {
    run = await startRun([lambda("flaky", FLAKY), config("flaky")], {
      retryDelays: [60_000, 60_000],
      deliver: async () => {
        throw new Error("no such topic");
      },
    });
    await send("flaky", { failures: 0 });
    assert.match(
      run.reported[0] ?? "",
      /^Event \S+ for flaky is lost: its destination could not be reached: no such topic$/,
    );
    await run.workers.invoke("flaky", { failures: 9 }, { type: "Event" });
    await run.workers.stop();
    assert.match(
      run.reported[1] ?? "",
      /^Event \S+ for flaky is lost: the run ended before it was tried again$/,
    );
  });
});
