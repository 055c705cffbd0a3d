import assert from "node:assert/strict";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { busEvent } from "../../../local/deliveries/bus-event.ts";
import { type DeliverTo, deliverTo } from "../../../local/deliveries/destinations.ts";
import { bucketDelivery, destinationDelivery } from "../../../local/deliveries/lambda-destination.ts";
import { operatorCredentials } from "../../../local/iam/credentials.ts";
import type { InvokeResult } from "../../../local/invocation.ts";
import { QueueClient } from "../../../local/queues-and-buckets/queue-client.ts";
import { QueueAndBucketService } from "../../../local/queues-and-buckets/service.ts";
import { bucket, queue, queueArn, REGION, recording, testContext } from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

const arnOf = (service: string, rest: string) => `arn:aws:${service}:${REGION}:123456789012:${rest}`;
const functionArn = arnOf("lambda", "function:hello");

describe("deliveries", () => {
  const run = serviceRun({ lasts: "block" });
  let queues: QueueAndBucketService;
  let status: InvokeResult["status"];
  let reached: unknown[][];
  let deliver: DeliverTo;

  before(async () => {
    queues = new QueueAndBucketService(
      await run.begin(testContext(recording(queue("dead"), bucket("failures")))),
    );
    await run.start(queues);
  });

  beforeEach(() => {
    status = "ok";
    reached = [];
    deliver = deliverTo({
      invoker: {
        async invoke(...call) {
          reached.push(["function", ...call]);
          return { requestId: "1", status };
        },
      },
      queueUrl: (arn) => queues.queueUrl(arn),
      publish: async (...call) => void reached.push(["topic", ...call]),
      putEvent: async (...call) => void reached.push(["bus", ...call]),
      startExecution: (...call) => void reached.push(["state machine", ...call]),
      putObject: (...object) => queues.putObject(...object),
    });
  });

  it("call a function and do not wait for it", async () => {
    await deliver(functionArn, { payload: { a: 1 }, caller: "rule" });
    assert.deepEqual(reached, [["function", functionArn, { a: 1 }, { type: "Event", caller: "rule" }]]);
    status = "throttled";
    await assert.rejects(deliver(functionArn, { payload: {}, caller: "rule" }), /:hello answered: throttled/);
  });

  it("start a state machine with JSON", async () => {
    const arn = "arn:aws:states:eu-central-1:123456789012:stateMachine:ships";
    await deliver(arn, { payload: { a: 1 }, caller: "rule" });
    assert.deepEqual(reached, [["state machine", arn, '{"a":1}']]);
  });

  it("send a queue a text as it is, and everything else as JSON", async () => {
    const MessageAttributes = { why: { DataType: "String", StringValue: "late" } };
    await deliver(queueArn("dead"), { payload: "lost", caller: "topic" });
    await deliver(queueArn("dead"), { payload: { a: 1 }, caller: "topic", beside: { MessageAttributes } });
    const client = new QueueClient(queues.queueUrl(queueArn("dead")) ?? "", REGION, operatorCredentials);
    const messages = [...(await client.receive(1, 5)), ...(await client.receive(1, 5))];
    assert.deepEqual(
      messages.map(({ Body, MessageAttributes: sent }) => [Body, sent?.why?.StringValue]),
      [
        ["lost", undefined],
        ['{"a":1}', "late"],
      ],
    );
  });

  it("reach topics with a subject, and buses with an event that says whether a rule handed it on", async () => {
    const event = busEvent({ source: "s", detailType: "d", detail: {}, region: REGION });
    await deliver(arnOf("sns", "news"), { payload: { a: 1 }, caller: "bucket", subject: "S" });
    await deliver(arnOf("events", "event-bus/own"), { payload: event, caller: "destination", event });
    await deliver(arnOf("events", "event-bus/own"), { payload: event, caller: "rule", event });
    assert.deepEqual(reached, [
      ["topic", arnOf("sns", "news"), '{"a":1}', { subject: "S", beside: {} }],
      ["bus", arnOf("events", "event-bus/own"), event, false],
      ["bus", arnOf("events", "event-bus/own"), event, true],
    ]);
  });

  it("put what a call ended in into a bucket, by function and day", async () => {
    const record = JSON.stringify({ requestContext: { functionArn: `${functionArn}:$LATEST` } });
    await deliver("arn:aws:s3:::failures", destinationDelivery("arn:aws:s3:::failures", record));
    const s3 = run.client(
      "AWS_ENDPOINT_URL_S3",
      (settings) => new S3Client({ ...settings, forcePathStyle: true }),
    );
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "failures" }));
    assert.equal(Contents.length, 1);
    const Key = Contents[0]?.Key ?? "";
    assert.match(
      Key,
      /^aws\/lambda\/async\/hello\/(\d{4})\/(\d\d)\/(\d\d)\/\1-\2-\3T\d\d\.\d\d\.\d\d-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    );
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "failures", Key }));
    assert.equal(await Body?.transformToString(), record);
  });

  it("are refused where there is no way to", async () => {
    const to = (arn: string) => deliver(arn, { payload: "x", caller: "topic" });
    await assert.rejects(to(queueArn("other")), /other is no queue of this program/);
    await assert.rejects(to(arnOf("kinesis", "stream/x")), /stream\/x cannot be delivered to here/);
    await assert.rejects(
      deliver("arn:aws:s3:::other", bucketDelivery("{}", "async/hello")),
      /arn:aws:s3:::other is no bucket of this program/,
    );
    // What has no key cannot be an object, and what is no event cannot be put on a bus.
    await assert.rejects(to("arn:aws:s3:::failures"), /cannot be delivered to here/);
    await assert.rejects(to(arnOf("events", "event-bus/own")), /cannot be delivered to here/);
  });
});

describe("what a destination of Lambda gets", () => {
  const record = (condition: string) =>
    JSON.stringify({ version: "1.0", requestContext: { functionArn: `${functionArn}:$LATEST`, condition } });

  it("is the record, as a value for a function and as a text for a queue or a topic", () => {
    const success = record("Success");
    assert.deepEqual(destinationDelivery(functionArn, success).payload, JSON.parse(success));
    assert.equal(destinationDelivery(queueArn("done"), success).payload, success);
    assert.equal(destinationDelivery(arnOf("sns", "done"), success).payload, success);
  });

  it("is the event among dead letters, with what went wrong beside it", () => {
    const attributes = { RequestID: "id", ErrorCode: 200, ErrorMessage: "no" };
    assert.deepEqual(destinationDelivery(queueArn("dead"), "{}", attributes), {
      payload: "{}",
      caller: "destination",
      beside: {
        MessageAttributes: {
          RequestID: { DataType: "String", StringValue: "id" },
          ErrorCode: { DataType: "Number", StringValue: "200" },
          ErrorMessage: { DataType: "String", StringValue: "no" },
        },
      },
    });
  });

  it("is an event for a bus, which says how the call ended", () => {
    const bus = arnOf("events", "event-bus/own");
    for (const [condition, outcome] of [
      ["Success", "Success"],
      ["RetriesExhausted", "Failure"],
    ] as const) {
      const { event } = destinationDelivery(bus, record(condition));
      assert.equal(event?.source, "lambda");
      assert.equal(event?.["detail-type"], `Lambda Function Invocation Result - ${outcome}`);
      assert.deepEqual(event?.resources, [bus, `${functionArn}:$LATEST`]);
      assert.deepEqual(event?.detail, JSON.parse(record(condition)));
    }
  });
});
