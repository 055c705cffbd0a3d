import assert from "node:assert/strict";
import { mock } from "node:test";
import { Live, type LiveRows } from "../../console/live.ts";
import { Recorder } from "../../console/recorder.ts";
import { Mask } from "../../console/secrets.ts";
import { garbageCollector } from "../../local/workers/runtime/garbage-collector.cjs";
import { recordedProgram } from "../support/recordings.ts";
import { invocation, request } from "./happened.ts";

const RECORDS = 200_000;
const MEGABYTE = 1_048_576;
/** The rings hold about half of it when they are full; the rest is 60 bytes of each record that would be kept beside them. */
const HELD_MEGABYTES = 20;

/** What the heap holds once nothing is left that could go. */
function heap(): number {
  // What buffers hold is given back beside the first, and has been once the second begins.
  for (const _ of ["first", "second"]) garbageCollector()({ type: "major", execution: "sync" });
  return process.memoryUsage().heapUsed + process.memoryUsage().external;
}

describe("what the console keeps", () => {
  const clocks = { date: Date.now, machine: performance.now };
  afterEach(() => {
    Object.assign(Date, { now: clocks.date });
    Object.assign(performance, { now: clocks.machine });
  });

  it("has bounds that 200,000 records with bodies, logs, calls and metrics do not pass", function () {
    this.timeout(600_000);
    // A clock of its own, by which so few come a second that each is kept: the rings have to do all of it.
    let now = Date.now();
    // Not by mocks: they note each call.
    Object.assign(performance, { now: () => now });
    Object.assign(Date, { now: () => now });
    const before = heap();
    const recorder = new Recorder();
    const body = Buffer.alloc(20_000, "a");
    const resource = "arn:aws:dynamodb:eu-west-1:1:table/items";
    for (let count = 0; count < RECORDS; count++) {
      now += 100;
      const id = String(count);
      if (count % 2 === 0) {
        recorder.request(
          request({ time: now, body: count % 20 === 0 ? body : Buffer.from(id), traceHeader: id }),
        );
        continue;
      }
      const metric = { Namespace: "Own", Dimensions: [["id"]], Metrics: [{ Name: "Seen" }] };
      const written = JSON.stringify({ _aws: { CloudWatchMetrics: [metric] }, id, Seen: 1 });
      const lines = count % 21 === 0 ? [written] : [`line ${id}`];
      recorder.invocation(
        invocation({
          time: now,
          requestId: id,
          traceHeader: id,
          lines,
          functionName: `f${count % 20}`,
          caller: "queue",
        }),
      );
      if (count % 5 !== 0) continue;
      const refusal = { message: `no ${id}`, hint: "add" };
      const decisions = [{ action: `dynamodb:Get${id}`, resource, refusal }];
      const call = {
        time: now,
        milliseconds: 1,
        operation: "GetItem",
        status: 400,
        session: `f${count % 20}`,
      };
      const measured = { time: now, operation: "GetItem", resource, isError: false, count: 1, items: 1 };
      recorder.calls({
        store: "DynamoDB",
        calls: [{ ...call, trace: id, decisions }],
        leftOut: 0,
        measured: [{ ...measured, milliseconds: { sum: 1, least: 1, most: 1 } }],
      });
    }
    assert.equal([...recorder.entries()].length, 1_000);
    assert.equal(recorder.counts.requests + recorder.counts.events, RECORDS);
    assert.ok(recorder.metrics.size.series <= 1_000, `${recorder.metrics.size.series} metrics`);
    assert.ok(recorder.metrics.size.points <= 60_000, `${recorder.metrics.size.points} points`);
    assert.equal(recorder.usedBy("f5").length, 500);
    assert.equal(recorder.takeRefusedLately().size, 1_000);
    const megabytes = Math.round((heap() - before) / MEGABYTE);
    assert.ok(megabytes <= HELD_MEGABYTES, `${megabytes} MB are held`);
    assert.ok(recorder.newest > 0, "it is held until here");
  });

  it("is told to a page ten times a second at most, fifty rows a time, and every one of 10,000 is counted", () => {
    mock.timers.enable({ apis: ["setInterval"] });
    try {
      const recorder = new Recorder();
      const mask = Mask.of(recordedProgram([]));
      const live = new Live(
        recorder,
        () => mask,
        () => "state",
      );
      const sent: LiveRows[] = [];
      const end = live.add((event, data) => {
        if (event === "rows") sent.push(data as LiveRows);
      });
      for (let tenth = 0; tenth < 100; tenth++) {
        for (let count = 0; count < 100; count++) recorder.request(request());
        mock.timers.tick(10);
      }
      end();
      assert.equal(sent.length, 10);
      assert.ok(sent.every(({ rows }) => rows.length <= 50));
      assert.equal(sent.at(-1)?.counts.requests, 10_000);
      const listed = [...recorder.entries()].length;
      assert.equal(listed + recorder.counts.leftOut, 10_000);
      recorder.request(request());
      mock.timers.tick(1_000);
      assert.equal(sent.length, 10, "nobody looks any more");
    } finally {
      mock.timers.reset();
    }
  });
});
