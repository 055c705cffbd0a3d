import assert from "node:assert/strict";
import type { SourceRecord } from "../../../../local/event-sources/streams/batch.ts";
import type { StreamMapping } from "../../../../local/event-sources/streams/mappings.ts";
import { StreamPoller } from "../../../../local/event-sources/streams/poller.ts";
import type { RecordSource } from "../../../../local/event-sources/streams/poller-options.ts";
import type { Clock } from "../../../../local/event-sources/streams/windows.ts";
import type { InvokeResult } from "../../../../local/invocation.ts";
import type { KeptPosition } from "../../../../local/records/record-log.ts";
import type { JsonObject } from "../../../../shared/json.ts";
import { eventually } from "../../../support/patience.ts";

const STREAM = "arn:aws:kinesis:eu-central-1:123456789012:stream/clicks";
const MIDNIGHT = Date.parse("2026-01-01T00:00:00Z");
const SECONDS = 30;

/** Times are seconds after midnight. */
class HandClock implements Clock {
  readonly #waits = new Map<() => void, number>();
  #time = 0;

  now(): number {
    return MIDNIGHT + this.#time * 1000;
  }

  at(time: number, call: () => void): () => void {
    this.#waits.set(call, (time - MIDNIGHT) / 1000);
    return () => this.#waits.delete(call);
  }

  get awaited(): number[] {
    return [...this.#waits.values()];
  }

  moveTo(time: number): void {
    this.#time = time;
    for (const [call, awaited] of this.#waits) if (awaited <= time) call();
  }
}

/** Outlives pollers, as a stream and what is kept of it do. */
class Source implements RecordSource {
  readonly shard = "shardId-000000000000";
  readonly all: SourceRecord[] = [];
  kept: KeptPosition = { sequence: "0" };

  add(...times: number[]): void {
    for (const time of times) {
      const sequence = String(this.all.length + 1);
      const record = { eventID: `at ${time}` };
      this.all.push({ sequence, writtenAt: MIDNIGHT + time * 1000, record });
    }
  }

  async position(): Promise<KeptPosition> {
    return structuredClone(this.kept);
  }

  async keep(position: KeptPosition): Promise<void> {
    this.kept = structuredClone(position);
  }

  async records(after: string, most: number): Promise<SourceRecord[]> {
    return this.all.slice(Number(after), Number(after) + most);
  }
}

interface WindowEvent {
  Records: { eventID: string }[];
  window: { start: string; end: string };
  state: { sum?: string };
  isFinalInvokeForWindow: boolean;
  isWindowTerminatedEarly: boolean;
}

/** What a function that adds up the names of its records answers. */
const adding = ({ Records, state }: WindowEvent) => ({
  state: { sum: [state.sum ?? [], Records.map(({ eventID }) => eventID)].flat(2).join(", ") },
});

describe("tumbling windows of a stream", () => {
  let clock: HandClock;
  let source: Source;
  let events: WindowEvent[];
  let lines: string[];
  let givenUp: number;
  let answer: (event: WindowEvent) => object | "error" | undefined;
  let poller: StreamPoller | undefined;

  beforeEach(() => {
    clock = new HandClock();
    source = new Source();
    events = [];
    lines = [];
    givenUp = 0;
    answer = adding;
  });

  afterEach(() => poller?.stop());

  function start(inputs: Partial<StreamMapping> = {}): void {
    poller = new StreamPoller({
      service: "kinesis",
      mapping: {
        ...{ urn: "urn", uuid: "uuid", region: "eu-central-1", functionName: "count", roleArn: "role" },
        ...{ streamArn: STREAM, isEnabled: true, batchSize: 10, windowSeconds: 0, tumblingSeconds: SECONDS },
        ...{
          filters: [],
          reportsFailures: false,
          bisects: false,
          retries: Infinity,
          oldestSeconds: Infinity,
        },
        ...inputs,
      },
      functionArn: "arn",
      client: source,
      invoker: { invoke: async (_name, payload) => invoked(payload as WindowEvent) },
      giveUp: async () => void givenUp++,
      log: (line) => lines.push(line),
      clock,
      retryDelay: 1,
    });
    poller.start();
  }

  function invoked(event: WindowEvent): InvokeResult {
    events.push(structuredClone(event));
    const answered = answer(event);
    if (answered === "error") return { requestId: "r", status: "error" };
    return { requestId: "r", status: "ok", payload: JSON.stringify(answered ?? null) };
  }

  /** Waits until so many calls were made and the poller has nothing more to do. */
  async function rested(calls: number): Promise<void> {
    await eventually(() => events.length >= calls && source.kept.sequence === String(source.all.length));
    assert.equal(events.length, calls);
  }

  const windowWith = (state: JsonObject) => ({ start: MIDNIGHT, end: MIDNIGHT + SECONDS * 1000, state });

  const brief = () =>
    events.map(({ Records, window, state, isFinalInvokeForWindow, isWindowTerminatedEarly }) => {
      const records = Records.map(({ eventID }) => eventID).join(", ");
      const kind = isWindowTerminatedEarly ? "early" : isFinalInvokeForWindow ? "final" : records;
      return `${window.start.slice(14, 19)} ${kind} | ${state.sum?.slice(0, 20) ?? "-"}`;
    });

  it("are told with the records in them, and with the state that was answered last", async () => {
    source.add(31, 32);
    start({ batchSize: 1 });
    await rested(2);
    assert.deepEqual(events, [
      {
        Records: [{ eventID: "at 31" }],
        window: { start: "2026-01-01T00:00:30Z", end: "2026-01-01T00:01:00Z" },
        state: {},
        shardId: source.shard,
        eventSourceARN: STREAM,
        isFinalInvokeForWindow: false,
        isWindowTerminatedEarly: false,
      },
      { ...events[0], Records: [{ eventID: "at 32" }], state: { sum: "at 31" } },
    ]);
  });

  it("are no batching windows, whose records come together and without a state", async () => {
    // Of a mapping that had tumbling windows before.
    source.kept = { sequence: "0", window: windowWith({ sum: "before" }) };
    source.add(1);
    answer = () => undefined;
    start({ windowSeconds: 5, tumblingSeconds: 0 });
    await eventually(() => clock.awaited.length === 1);
    assert.deepEqual([clock.awaited, events], [[5], []]);
    source.add(2);
    clock.moveTo(5);
    await rested(1);
    assert.deepEqual(events, [{ Records: [{ eventID: "at 1" }, { eventID: "at 2" }] }]);
  });

  it("end with one call without records, a second after their time", async () => {
    source.add(1);
    start();
    await eventually(() => clock.awaited.length === 1);
    assert.deepEqual(clock.awaited, [SECONDS + 1]);
    clock.moveTo(SECONDS + 1);
    await eventually(() => source.kept.window === undefined);
    await eventually(() => clock.awaited.length === 0);
    assert.deepEqual(brief(), ["00:00 at 1 | -", "00:00 final | at 1"]);
    assert.deepEqual(source.kept, { sequence: "1" });
  });

  it("end before the first record of the next one, which begins without a state", async () => {
    source.add(28, 29, 31, 95);
    start();
    await rested(5);
    assert.deepEqual(brief(), [
      "00:00 at 28, at 29 | -",
      "00:00 final | at 28, at 29",
      "00:30 at 31 | -",
      "00:30 final | at 31",
      "01:30 at 95 | -",
    ]);
  });

  it("go on after the next start, and end then if their time is over", async () => {
    source.add(1);
    start();
    await rested(1);
    poller?.stop();
    source.add(2);
    start();
    await rested(2);
    poller?.stop();
    clock.moveTo(100);
    start();
    await eventually(() => source.kept.window === undefined);
    assert.deepEqual(brief(), ["00:00 at 1 | -", "00:00 at 2 | at 1", "00:00 final | at 1, at 2"]);
  });

  it("are not ended again by a run that only failed at the next one", async () => {
    source.add(1, 31);
    answer = (event) => (event.Records[0]?.eventID === "at 31" ? "error" : adding(event));
    start();
    await eventually(() => events.length > 2);
    poller?.stop();
    answer = adding;
    start();
    await eventually(() => source.kept.sequence === "2");
    assert.equal(events.filter(({ isFinalInvokeForWindow }) => isFinalInvokeForWindow).length, 1);
  });

  it("leave room for the state in an event of 6 MB", async () => {
    source.add(1, 2);
    for (const { record } of source.all) record.eventID += "x".repeat(2_900_000);
    answer = () => ({ state: {} });
    start();
    await rested(2);
    assert.deepEqual(
      events.map(({ Records }) => Records.length),
      [1, 1],
    );
  });

  it("take an answer without a state for a failed one, and say so", async () => {
    source.add(1, 2);
    answer = (event) => (event.Records[0]?.eventID === "at 1" ? { ok: true } : adding(event));
    start({ batchSize: 1, retries: 1 });
    await rested(3);
    assert.deepEqual(brief(), ["00:00 at 1 | -", "00:00 at 1 | -", "00:00 at 2 | -"]);
    assert.equal(givenUp, 1);
    assert.equal(lines.filter((line) => line.includes("without a state counts as failed")).length, 1);
  });

  it("let nothing go on until their last call succeeds", async () => {
    let failures = 2;
    source.add(1, 31);
    answer = (event) => (event.isFinalInvokeForWindow && failures-- > 0 ? "error" : adding(event));
    start({ retries: 0 });
    await rested(5);
    const final = "00:00 final | at 1";
    assert.deepEqual(brief(), ["00:00 at 1 | -", final, final, final, "00:30 at 31 | -"]);
  });

  it("end early with a state of more than 1 MB, and begin again", async () => {
    source.add(1, 2);
    answer = (event) =>
      event.Records[0]?.eventID === "at 1" ? { state: { sum: "x".repeat(1_048_577) } } : adding(event);
    start({ batchSize: 1 });
    await rested(3);
    const [, early] = events;
    assert.deepEqual([early?.isFinalInvokeForWindow, early?.Records], [true, []]);
    assert.deepEqual(brief(), ["00:00 at 1 | -", "00:00 early | xxxxxxxxxxxxxxxxxxxx", "00:00 at 2 | -"]);
  });

  it("end early at once, or by the next run where this one came no further", async () => {
    const state = { sum: "x".repeat(1_048_577) };
    source.add(1);
    answer = (event) => (event.isFinalInvokeForWindow ? adding(event) : { state });
    start();
    await eventually(() => source.kept.sequence === "1" && source.kept.window === undefined);
    assert.equal(events.at(-1)?.isWindowTerminatedEarly, true);
    poller?.stop();
    source.kept = { sequence: "1", window: windowWith(state) };
    source.add(2);
    answer = adding;
    start();
    await eventually(() => source.kept.sequence === "2");
    assert.deepEqual(brief().slice(2), ["00:00 early | xxxxxxxxxxxxxxxxxxxx", "00:00 at 2 | -"]);
  });

  it("keep the state of a batch that was done in part, and hand the rest over with it", async () => {
    source.add(1, 2, 3);
    answer = (event) => {
      const [first] = event.Records;
      if (first?.eventID !== "at 1") return adding(event);
      return { state: { sum: "at 1" }, batchItemFailures: [{ itemIdentifier: "2" }] };
    };
    start({ reportsFailures: true });
    await rested(2);
    assert.deepEqual(brief(), ["00:00 at 1, at 2, at 3 | -", "00:00 at 2, at 3 | at 1"]);
  });
});
