import assert from "node:assert/strict";
import { numbersOf } from "../../console/numbers.ts";
import { Recorder } from "../../console/recorder.ts";
import { Ring } from "../../console/ring.ts";
import { invocation, request } from "./happened.ts";

describe("Ring", () => {
  it("holds the newest, in number and in bytes, and says what it gives up", () => {
    const gone: number[] = [];
    const ring = new Ring<number>(3, 100, (item) => gone.push(item));
    for (let item = 1; item <= 10; item++) ring.add(item, 10);
    assert.deepEqual([...ring.newest()], [10, 9, 8]);
    ring.add(11, 85);
    assert.deepEqual([...ring.newest()], [11, 10]);
    assert.equal(ring.bytes, 95);
    ring.add(12, 500);
    assert.deepEqual([...ring.newest()], [12]);
    assert.deepEqual(gone, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    ring.clear();
    assert.equal(ring.size, 0);
    assert.equal(ring.bytes, 0);
  });
});

describe("Recorder", () => {
  it("counts what it does not keep, and keeps failures longer than what went well", () => {
    const recorder = new Recorder();
    for (let count = 0; count < 5_000; count++) recorder.request(request());
    for (let count = 0; count < 10; count++) recorder.request(request({ status: 500 }));
    const entries = [...recorder.entries()];
    assert.equal(recorder.counts.requests, 5_010);
    assert.equal(recorder.counts.failures, 10);
    assert.equal(entries.length + recorder.counts.leftOut, 5_010);
    assert.ok(entries.length < 1_000, `${entries.length} are kept`);
    assert.equal(entries.filter((entry) => entry.kind === "request" && entry.status === 500).length, 10);
  });

  it("keeps of a body its beginning, and not the buffer that it came in", () => {
    const recorder = new Recorder();
    const large = Buffer.alloc(10_000_000, "a");
    recorder.request(request({ body: large, answerBody: large.toString() }));
    recorder.request(request({ body: large.subarray(0, 10) }));
    const [small, cut] = [...recorder.entries()];
    assert.ok(cut?.kind === "request" && small?.kind === "request");
    assert.equal(cut.body.length, 65_536);
    assert.equal(cut.answerBody.length, 65_536);
    assert.equal(small.body.toString(), "aaaaaaaaaa");
    assert.ok(small.body.buffer.byteLength < 100_000);
  });

  it("lists an invocation that no request brought, and only counts that of a request", () => {
    const recorder = new Recorder();
    recorder.invocation(invocation());
    assert.deepEqual([...recorder.entries()], []);
    recorder.invocation(invocation({ requestId: "other", caller: "queue" }));
    assert.equal([...recorder.entries()].length, 1);
    assert.equal(numbersOf(recorder.metrics, "one").invocations, 2);
    assert.equal(recorder.invocationOf("id")?.functionName, "one");
  });

  it("tells of which function a role was used, by the trace, and what was refused", () => {
    const recorder = new Recorder();
    recorder.invocation(invocation());
    const call = {
      time: 0,
      milliseconds: 1,
      operation: "Scan",
      status: 400,
      session: "shared",
      trace: "Root=1",
    };
    const refusal = { message: "no", hint: "add" };
    recorder.calls({
      store: "DynamoDB",
      leftOut: 2,
      measured: [],
      calls: [{ ...call, decisions: [{ action: "dynamodb:Scan", resource: "arn", refusal }] }],
    });
    assert.deepEqual(recorder.usedBy("one"), [
      { action: "dynamodb:Scan", resource: "arn", allowed: 0, refused: 1 },
    ]);
    assert.deepEqual(recorder.usedBy("shared"), []);
    assert.equal(recorder.refusalsOf("Root=1"), 1);
    assert.deepEqual([...recorder.takeRefusedLately()], ["Root=1"]);
    assert.deepEqual([...recorder.takeRefusedLately()], []);
    assert.equal(recorder.counts.calls, 3);
  });

  it("keeps of calls with many decisions no more bytes than it may, and goes on counting them", () => {
    const recorder = new Recorder();
    const decisions = Array.from({ length: 100 }, (_, index) => ({
      action: "dynamodb:GetItem",
      resource: `arn:aws:dynamodb:eu-central-1:123456789012:table/items-${index}`,
    }));
    const call = { time: 0, milliseconds: 1, operation: "BatchGetItem", status: 200, session: "one" };
    for (let count = 0; count < 2_000; count++)
      recorder.calls({
        store: "DynamoDB",
        leftOut: 0,
        measured: [],
        calls: [{ ...call, trace: "Root=1", decisions }],
      });
    const kept = recorder.callsOf("Root=1").length;
    assert.ok(kept > 100 && kept < 300, `${kept} are kept`);
    assert.equal(recorder.counts.calls, 2_000);
  });
});

describe("numbers of a function", () => {
  it("are those of CloudWatch, with percentiles to a tenth", () => {
    const recorder = new Recorder();
    for (let milliseconds = 1; milliseconds <= 100; milliseconds++)
      recorder.invocation(
        invocation({
          reported: { duration: milliseconds, isColdStart: false },
          concurrent: milliseconds % 4,
        }),
      );
    recorder.invocation(invocation({ result: { requestId: "id", status: "throttled" } }));
    recorder.invocation(
      invocation({
        result: { requestId: "id", status: "error" },
        reported: { duration: 50, isColdStart: true },
      }),
    );
    recorder.undelivered({ time: Date.now(), functionName: "one", to: "dead letters" });
    const { average, least, most, p99 = 0, ...counted } = numbersOf(recorder.metrics, "one");
    const expected = {
      invocations: 101,
      errors: 1,
      throttles: 1,
      coldStarts: 1,
      undelivered: 1,
      concurrent: 3,
    };
    assert.deepEqual(counted, expected);
    assert.deepEqual([average, least, most], [5_100 / 101, 1, 100]);
    assert.ok(p99 >= 99 && p99 <= 100, String(p99));
    const none = { invocations: 0, errors: 0, throttles: 0, coldStarts: 0, undelivered: 0, concurrent: 0 };
    assert.deepEqual(numbersOf(recorder.metrics, "none"), none);
  });

  it("have the age of the oldest record of a stream, and none where no stream calls", () => {
    const recorder = new Recorder();
    for (const iteratorAge of [20, 900, 40]) recorder.invocation(invocation({ iteratorAge }));
    recorder.invocation(invocation({ functionName: "two" }));
    assert.equal(numbersOf(recorder.metrics, "one").iteratorAge, 900);
    assert.equal("iteratorAge" in numbersOf(recorder.metrics, "two"), false);
  });

  it("are of the last hour of the clock, also where most minutes brought nothing", () => {
    const recorder = new Recorder();
    const minute = 60_000;
    const now = Date.now();
    for (const ago of [100, 61, 59, 1]) recorder.invocation(invocation({ time: now - ago * minute }));
    assert.equal(numbersOf(recorder.metrics, "one", now).invocations, 2);
  });
});
