import assert from "node:assert/strict";
import { detailOf, lineOf, reportOf, titleOf } from "../../console/described.ts";
import { Recorder } from "../../console/recorder.ts";
import { Mask } from "../../console/secrets.ts";
import { recording } from "./cloudwatch/support.ts";
import { request } from "./happened.ts";

describe("what the console says of an event", () => {
  it("is what it is about, as a trigger sends it", () => {
    const s3 = { Records: [{ s3: { bucket: { name: "inbox" }, object: { key: "a" } } }] };
    assert.equal(titleOf("bucket", JSON.stringify(s3)), "inbox/a");
    const sqs = { Records: [{ eventSourceARN: "arn:aws:sqs:eu-west-1:1:jobs" }, {}] };
    assert.equal(titleOf("queue", JSON.stringify(sqs)), "jobs: 2 messages");
    const eventSourceARN = "arn:aws:dynamodb:eu-west-1:1:table/motors/stream/2026-01-01T00:00:00.000";
    assert.equal(titleOf("stream", JSON.stringify({ Records: [{ eventSourceARN }] })), "motors: 1 change");
    const clicks = "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks";
    const ofKinesis = { Records: [{ eventSourceARN: clicks }, { eventSourceARN: clicks }] };
    assert.equal(titleOf("stream", JSON.stringify(ofKinesis)), "clicks: 2 records");
    const last = { Records: [], eventSourceARN: clicks, isFinalInvokeForWindow: true };
    assert.equal(titleOf("stream", JSON.stringify(last)), "clicks: end of a window");
    assert.equal(titleOf("state machine", "7"), "a task");
  });

  it("is who calls, where a person sends an event of any shape", () => {
    const shapes = [null, 1, "text", [], {}, { Records: 1 }, { Records: [null] }, { Records: [{ s3: 1 }] }];
    const deeper = [{ Records: [{ s3: { object: { key: "a" } } }] }, { Records: [{ s3: { bucket: null } }] }];
    for (const event of [...shapes, ...deeper])
      assert.equal(titleOf("person", JSON.stringify(event)), "called by a person", JSON.stringify(event));
    assert.equal(titleOf("person", "cut of"), "called by a person");
  });
});

describe("what the console reads of a line of a log", () => {
  it("is level, message and fields of JSON, in either format of Lambda's", () => {
    const json = '{"level":"WARN","message":"low","left":2}';
    const expected = { kind: "line", level: "WARN", message: "low", fields: { left: 2 } };
    assert.deepEqual(lineOf(json), expected);
    assert.deepEqual(lineOf(`2026-11-26T15:54:32.342Z\tid\tINFO\t${json}`), expected);
  });

  it("is the line itself where it is none of these", () => {
    assert.deepEqual(lineOf("plain"), { kind: "line", message: "plain" });
    assert.deepEqual(lineOf("{ no json"), { kind: "line", message: "{ no json" });
    assert.deepEqual(lineOf("[1]"), { kind: "line", message: "[1]" });
  });

  it("is an error with its stack and what caused it, as Lambda and loggers write it", () => {
    const error = { name: "Wrong", message: "no", stack: "Wrong: no\n    at f (functions/a.ts:3:1)" };
    const cause = { errorType: "Error", errorMessage: "first", trace: [] };
    const { message, level, where } = lineOf(
      JSON.stringify({ level: "ERROR", message: "failed", error: { ...error, cause } }),
    );
    assert.equal(message, "failed Wrong: no\n    at f (functions/a.ts:3:1)\ncaused by Error: first");
    assert.deepEqual([level, where], ["ERROR", "functions/a.ts:3"]);
  });

  it("is a line of Lambda's own, and metrics as they are", () => {
    assert.equal(lineOf("START RequestId: a Version: $LATEST").kind, "start");
    assert.equal(lineOf("END RequestId: a").kind, "end");
    assert.equal(lineOf("REPORT RequestId: a\tDuration: 1.50 ms\tBilled Duration: 2 ms").kind, "report");
    const metrics = '{"_aws":{"CloudWatchMetrics":[]},"Orders":1}';
    assert.deepEqual(lineOf(metrics), { kind: "line", message: metrics });
  });

  it("is the place in the program's sources, not in packages", () => {
    assert.equal(lineOf("at f (functions/barns/create.ts:12:3)").where, "functions/barns/create.ts:12");
    assert.equal(lineOf("at f (/x/node_modules/a/b.js:1:2)").where, undefined);
  });

  it("is the report's numbers", () => {
    const line =
      "REPORT RequestId: a\tDuration: 1.50 ms\tBilled Duration: 7 ms\tMemory Size: 128 MB\tMax Memory Used: 15 MB\tInit Duration: 5.20 ms";
    assert.deepEqual(reportOf(line), {
      duration: 1.5,
      billed: 7,
      memorySize: 128,
      memoryUsed: 15,
      init: 5.2,
    });
    assert.equal(reportOf("REPORT of something else"), undefined);
  });
});

describe("what the console shows of a body", () => {
  const bodyOf = (body: Buffer) => {
    const recorder = new Recorder();
    recorder.request(request({ body }));
    const [entry] = recorder.entries();
    assert.ok(entry);
    return detailOf(entry, recorder, Mask.of(recording())).request?.body;
  };

  it("is text, also where it was cut within a letter", () => {
    const long = bodyOf(Buffer.from(`a${"ü".repeat(100_000)}`));
    assert.deepEqual([long?.isBinary, long?.isCut], [false, true]);
    assert.equal(long?.text, `a${"ü".repeat(32_767)}`);
    assert.equal(bodyOf(Buffer.from("the sign \ufffd itself"))?.isBinary, false);
  });

  it("is base64 where it is no text", () => {
    assert.deepEqual(bodyOf(Buffer.from([0xff, 0xd8, 0xc3])), { text: "/9jD", isBinary: true, isCut: false });
    assert.equal(bodyOf(Buffer.from([0x61, 0xc3]))?.isBinary, true);
  });
});
