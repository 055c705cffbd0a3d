import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type KeptPort, listenAt } from "../../../local/kept-ports.ts";
import type { Read } from "../../../local/xray/documents.ts";
import { samplingRules } from "../../../local/xray/sampling.ts";
import { Daemon } from "../../../local/xray-daemon/daemon.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { recordedProgram } from "../../support/recordings.ts";

const HEADER = '{"format":"json","version":1}\n';
const TRACE_ID = "1-67bf0000-0123456789abcdef01234567";
const segment = (change: object = {}) => ({
  trace_id: TRACE_ID,
  id: "53995c3f42cd8ad8",
  name: "garage",
  start_time: 1,
  end_time: 2,
  ...change,
});

describe("X-Ray daemon", () => {
  const reported: Read[] = [];
  let kept: number[] = [];
  let daemon: Daemon;
  let address: string;

  const daemonAt = (last: number) => {
    const port: KeptPort = { last, keep: (now) => kept.push(now) };
    return new Daemon({
      port,
      rules: () => samplingRules(recordedProgram([])),
      onDocument: (read) => reported.push(read),
      log: (line) => assert.fail(line),
    });
  };
  before(async () => {
    daemon = daemonAt(0);
    address = await daemon.listen();
  });
  after(() => daemon.close());
  beforeEach(() => {
    reported.length = 0;
    kept = [];
  });

  /** One datagram each, the last of which says that all have arrived: one machine keeps their order. */
  async function send(...datagrams: (string | Buffer)[]): Promise<Read[]> {
    const [host = "", port] = address.split(":");
    reported.length = 0;
    const socket = createSocket("udp4");
    const end = segment({ id: "eeeeeeeeeeeeeeee", name: "end" });
    for (const datagram of [...datagrams, HEADER + JSON.stringify(end)]) {
      await new Promise<void>((sent, failed) =>
        socket.send(datagram, Number(port), host, (error) => (error ? failed(error) : sent())),
      );
    }
    socket.close();
    const until = Date.now() + PATIENCE_MS;
    const isEnd = (read: Read | undefined) => read && "document" in read && read.document.id === end.id;
    while (!isEnd(reported.at(-1))) {
      if (Date.now() > until) assert.fail(`nothing arrives any more: ${JSON.stringify(reported)}`);
      await pause(5);
    }
    return reported.slice(0, -1);
  }

  const post = (path: string, body: string) => fetch(`http://${address}${path}`, { method: "POST", body });

  it("takes documents by UDP, large ones too", async () => {
    const large = segment({ id: "aaaaaaaaaaaaaaaa", metadata: { default: { text: "x".repeat(60_000) } } });
    const reads = await send(HEADER + JSON.stringify(segment()), HEADER + JSON.stringify(large));
    assert.deepEqual(
      reads.map((read) => "document" in read && [read.document.trace, read.document.id]),
      [
        [TRACE_ID, "53995c3f42cd8ad8"],
        [TRACE_ID, "aaaaaaaaaaaaaaaa"],
      ],
    );
  });

  it("says of everything else why X-Ray would not take it, and goes on", async () => {
    const garbage: [datagram: string | Buffer, why: RegExp][] = [
      ["", /no line/],
      ["garbage", /no line/],
      [Buffer.from([0, 255, 10, 0, 255]), /another format/],
      [`{"format":"json","version":2}\n${JSON.stringify(segment())}`, /another format/],
      [`{"format":"xml","version":1}\n<a/>`, /another format/],
      [`${HEADER}{"trace_id":`, /no JSON object/],
      [`${HEADER}[]`, /no JSON object/],
      [`${HEADER}${"[".repeat(60_000)}`, /no JSON object/],
      [`${HEADER}null`, /no JSON object/],
      [HEADER + JSON.stringify(segment({ trace_id: "1-5-6" })), /no valid trace_id/],
      [HEADER + JSON.stringify(segment({ trace_id: 5 })), /no valid trace_id/],
      [HEADER + JSON.stringify(segment({ id: "<script>" })), /no valid id/],
      [HEADER + JSON.stringify(segment({ name: "" })), /no name/],
      [HEADER + JSON.stringify(segment({ name: undefined })), /no name/],
      [HEADER + JSON.stringify(segment({ start_time: "now" })), /no start_time/],
      [HEADER + JSON.stringify(segment({ end_time: undefined })), /neither end_time nor in_progress/],
    ];
    const reads = await send(...garbage.map(([datagram]) => datagram));
    assert.equal(reads.length, garbage.length);
    for (const [index, [, why]] of garbage.entries()) {
      const read = reads[index];
      assert.ok(read && "refused" in read, JSON.stringify(read));
      assert.match(read.refused, why);
    }
    const [goesOn] = await send(HEADER + JSON.stringify(segment({ end_time: undefined, in_progress: true })));
    assert.ok(goesOn && "document" in goesOn);
  });

  it("counts what comes faster than anybody can look at", async () => {
    let [leftOut, taken, now] = [0, 0, 0];
    const flooded = new Daemon({
      port: { last: 0, keep: () => {} },
      rules: () => [],
      onDocument: () => taken++,
      onLeftOut: () => leftOut++,
      now: () => now,
      log: (line) => assert.fail(line),
    });
    const at = await flooded.listen();
    // By HTTP, where nothing is lost on the way.
    const body = JSON.stringify({
      TraceSegmentDocuments: Array.from({ length: 2_500 }, () => JSON.stringify(segment())),
    });
    for (const second of [0, 0, 1]) {
      now = second * 1_000 + 1;
      assert.equal((await fetch(`http://${at}/TraceSegments`, { method: "POST", body })).status, 200);
    }
    await flooded.close();
    assert.deepEqual([taken, leftOut], [4_000, 3_500]);
  });

  it("answers the questions that AWS's SDKs ask of X-Ray, and names what it does not answer", async () => {
    const { SamplingRuleRecords } = (await (await post("/GetSamplingRules", "{}")).json()) as {
      SamplingRuleRecords: { SamplingRule: Record<string, unknown> }[];
    };
    assert.deepEqual(
      SamplingRuleRecords.map(({ SamplingRule: { RuleName, FixedRate, ReservoirSize, Version } }) => [
        RuleName,
        FixedRate,
        ReservoirSize,
        Version,
      ]),
      [["Default", 0.05, 1, 1]],
    );
    const asked = { SamplingStatisticsDocuments: [{ RuleName: "Default" }, { RuleName: "other" }] };
    const targets = (await (await post("/SamplingTargets", JSON.stringify(asked))).json()) as {
      LastRuleModification: number;
      SamplingTargetDocuments: { RuleName: string; ReservoirQuota: number }[];
    };
    assert.equal(typeof targets.LastRuleModification, "number");
    assert.deepEqual(
      targets.SamplingTargetDocuments.map(({ RuleName, ReservoirQuota }) => [RuleName, ReservoirQuota]),
      [["Default", 1]],
    );
    const put = await post(
      "/TraceSegments",
      JSON.stringify({
        TraceSegmentDocuments: [
          JSON.stringify(segment()),
          "no json",
          JSON.stringify(segment({ metadata: { text: "x".repeat(70_000) } })),
        ],
      }),
    );
    const { UnprocessedTraceSegments } = (await put.json()) as {
      UnprocessedTraceSegments: { Message: string }[];
    };
    assert.deepEqual(
      UnprocessedTraceSegments.map(({ Message }) => Message),
      ["no JSON object", "larger than 64 KB"],
    );
    assert.equal(reported.length, 3);
    const other = await post("/GetTraceSummaries", "{}");
    assert.equal(other.status, 501);
    assert.match(await other.text(), /GetTraceSummaries is not answered by the local run/);
    assert.equal((await post("/GetSamplingRules", "[")).status, 400);
  });

  it("comes again at its port, and moves where another process has it, for UDP or for TCP", async () => {
    const { again, port } = await startedAgain();
    assert.equal(kept.at(-1), port);
    const moved = daemonAt(port);
    assert.notEqual(await moved.listen(), `127.0.0.1:${port}`);
    assert.notEqual(kept.at(-1), port);
    await moved.close();
    await again.close();
    const taken = createServer();
    const tcp = await listenAt(taken, 0);
    const beside = daemonAt(tcp);
    assert.notEqual(await beside.listen(), `127.0.0.1:${tcp}`);
    await beside.close();
    taken.close();
    await once(taken, "close");
  });

  /** At the port of a daemon that has ended. Another process of the machine may be quicker, but not again and again. */
  async function startedAgain(): Promise<{ again: Daemon; port: number }> {
    for (let attempt = 0; attempt < 5; attempt++) {
      const first = daemonAt(0);
      const port = Number((await first.listen()).split(":")[1]);
      await first.close();
      const again = daemonAt(port);
      if ((await again.listen()) === `127.0.0.1:${port}`) return { again, port };
      await again.close();
    }
    return assert.fail("it never came again at its port");
  }
});
