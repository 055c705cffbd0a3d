/** By the SDK's own client, which speaks HTTP/2. */
import assert from "node:assert/strict";
import {
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  ListStreamsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  SubscribeToShardCommand,
} from "@aws-sdk/client-kinesis";
import type { KinesisStreamEvent } from "aws-lambda";
import { DeploymentRefusals } from "../../../local/deployment-refusals.ts";
import { kinesisRefusals } from "../../../local/event-sources/kinesis/mapping-refusals.ts";
import { KinesisSourceService } from "../../../local/event-sources/kinesis/service.ts";
import { type Credentials, credentialsOf, operatorCredentials } from "../../../local/iam/credentials.ts";
import type { InvokeResult } from "../../../local/invocation.ts";
import { KinesisService } from "../../../local/kinesis/service.ts";
import { OtherAwsService } from "../../../local/other-services/service.ts";
import { parityRows } from "../../../local/parity.ts";
import { createServices } from "../../../local/services.ts";
import type { Values } from "../../../program/recording.ts";
import { eventually } from "../../support/patience.ts";
import {
  lambda,
  queue,
  queueArn,
  REGION,
  recording,
  resource,
  role,
  roleArn,
  type TestContext,
  testContext,
} from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

const ARN = `arn:aws:kinesis:${REGION}:123456789012:stream/clicks`;
const StreamName = "clicks";
const stream = resource(
  "aws:kinesis/stream:Stream",
  "clicks",
  { name: StreamName, shardCount: 2 },
  { arn: ARN },
);
const may = (...actions: string[]) => ({
  Effect: "Allow",
  Action: actions.map((action) => `kinesis:${action}`),
  Resource: ARN,
});
const reads = may("GetRecords", "GetShardIterator", "DescribeStream", "ListShards");
const sends = { Effect: "Allow", Action: "sqs:SendMessage", Resource: queueArn("given-up") };

const mapping = (inputs: Values = {}) =>
  resource("aws:lambda/eventSourceMapping:EventSourceMapping", "source", {
    eventSourceArn: ARN,
    functionName: "count",
    startingPosition: "LATEST",
    ...inputs,
  });
const program = (inputs: Values = {}, reader = role("counts", reads, sends)) =>
  recording(stream, queue("given-up"), reader, lambda("count", "counts"), mapping(inputs));

describe("Kinesis", () => {
  const run = serviceRun();
  let source: KinesisSourceService;
  let client: KinesisClient;
  let batches: string[][];
  let events: KinesisStreamEvent[];
  let answer: (texts: string[], event: KinesisStreamEvent) => object | "error" | undefined;
  let given: { arn: string; record: { requestContext: Values; KinesisBatchInfo: Values } }[];

  beforeEach(() => {
    batches = [];
    events = [];
    given = [];
    answer = () => undefined;
  });

  async function start(context: TestContext, credentials: Credentials = operatorCredentials): Promise<void> {
    const iam = await run.begin(context);
    const otherServices = new OtherAwsService(iam);
    const kinesis = new KinesisService({ otherServices, iam });
    source = new KinesisSourceService({
      kinesis,
      invoker: { invoke: async (_name, payload) => invoked(payload as KinesisStreamEvent) },
      arnOf: (reference) => `arn:aws:lambda:${REGION}:123456789012:function:${reference}`,
      iam,
      deliver: async (arn, { payload }) => {
        given.push({ arn, record: JSON.parse(String(payload)) });
      },
      refusals: new DeploymentRefusals(true),
      retryDelay: 1,
    });
    await run.start(otherServices, kinesis);
    client = clientOf(credentials);
  }

  const clientOf = (credentials: Credentials) =>
    run.client("AWS_ENDPOINT_URL", (settings) => new KinesisClient(settings), credentials);

  function invoked(event: KinesisStreamEvent): InvokeResult {
    const texts = event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, "base64").toString());
    batches.push(texts);
    events.push(event);
    const result = answer(texts, event);
    if (result === "error")
      return { requestId: "r", status: "error", error: { errorType: "Error", errorMessage: "no" } };
    return { requestId: "r", status: "ok", payload: JSON.stringify(result ?? null) };
  }

  const put = (...texts: string[]) =>
    client.send(
      new PutRecordsCommand({
        StreamName,
        Records: texts.map((text) => ({ PartitionKey: text, Data: Buffer.from(text) })),
      }),
    );

  async function readFrom(input: Partial<GetShardIteratorCommand["input"]>): Promise<string[]> {
    const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName }));
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamName,
        ShardId: Shards[0]?.ShardId,
        ShardIteratorType: "TRIM_HORIZON",
        ...input,
      }),
    );
    const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
    return Records.map(({ Data }) => Buffer.from(Data ?? []).toString());
  }

  it("keeps records in the order in which they came, and gives them from where a reader begins", async () => {
    await start(testContext(recording(stream)));
    const { SequenceNumber, ShardId } = await client.send(
      new PutRecordCommand({ StreamARN: ARN, PartitionKey: "a", Data: Buffer.from("one") }),
    );
    assert.deepEqual([ShardId, SequenceNumber?.length], ["shardId-000000000000", 56]);
    const { FailedRecordCount, Records: answered } = await put("two", "three");
    assert.deepEqual([FailedRecordCount, answered?.length], [0, 2]);
    assert.deepEqual(await readFrom({}), ["one", "two", "three"]);
    const StartingSequenceNumber = SequenceNumber;
    assert.deepEqual(await readFrom({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber }), [
      "two",
      "three",
    ]);
    assert.deepEqual(
      (await readFrom({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber })).length,
      3,
    );
    assert.deepEqual(await readFrom({ ShardIteratorType: "LATEST" }), []);
    const Timestamp = new Date(Date.now() + 60_000);
    assert.deepEqual(await readFrom({ ShardIteratorType: "AT_TIMESTAMP", Timestamp }), []);
  });

  it("goes on from the iterator that a reader got with the last records", async () => {
    await start(testContext(recording(stream)));
    await put("one", "two");
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamName,
        ShardId: "shardId-000000000000",
        ShardIteratorType: "TRIM_HORIZON",
      }),
    );
    const first = await client.send(new GetRecordsCommand({ ShardIterator, Limit: 1 }));
    const second = await client.send(new GetRecordsCommand({ ShardIterator: first.NextShardIterator }));
    assert.deepEqual([first.Records?.length, second.Records?.[0]?.PartitionKey], [1, "two"]);
    assert.equal(second.MillisBehindLatest, 0);
  });

  it("tells what streams there are, each with one shard", async () => {
    await start(testContext(recording(stream)));
    assert.deepEqual((await client.send(new ListStreamsCommand({}))).StreamNames, ["clicks"]);
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName }));
    assert.deepEqual([StreamDescription?.StreamARN, StreamDescription?.Shards?.length], [ARN, 1]);
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    assert.deepEqual(
      [StreamDescriptionSummary?.StreamStatus, StreamDescriptionSummary?.OpenShardCount],
      ["ACTIVE", 1],
    );
  });

  it("refuses in AWS's words a stream that is not there, a key that is too long, and what is not allowed", async () => {
    await start(testContext(recording(stream, role("writes", may("PutRecord")))));
    const record = { PartitionKey: "a", Data: Buffer.from("x") };
    await assert.rejects(client.send(new PutRecordCommand({ ...record, StreamName: "other" })), {
      name: "ResourceNotFoundException",
      message: "Stream other under account 123456789012 not found.",
    });
    await assert.rejects(
      client.send(new PutRecordCommand({ ...record, StreamName, PartitionKey: "k".repeat(257) })),
      {
        name: "ValidationException",
      },
    );
    await assert.rejects(client.send(new PutRecordsCommand({ StreamName, Records: [] })), {
      name: "ValidationException",
    });
    await assert.rejects(client.send(new GetRecordsCommand({ ShardIterator: "none" })), {
      name: "InvalidArgumentException",
    });
    const writer = clientOf(credentialsOf(roleArn("writes")));
    await writer.send(new PutRecordCommand({ ...record, StreamName }));
    await assert.rejects(writer.send(new ListShardsCommand({ StreamName })), {
      name: "AccessDeniedException",
      message: new RegExp(`is not authorized to perform: kinesis:ListShards on resource: ${ARN}`),
    });
    assert.ok(run.context.lines.some((line) => line.includes("kinesis:ListShards")));
    const fanOut = {
      ConsumerARN: `${ARN}/consumer/c:1`,
      ShardId: "s",
      StartingPosition: { Type: "LATEST" },
    } as const;
    await assert.rejects(client.send(new SubscribeToShardCommand(fanOut)), { name: "NotImplemented" });
  });

  it("hands records to a function as Lambda does, from what is written after the mapping came", async () => {
    await start(testContext(program({ batchSize: 2 })));
    await put("a", "b", "c");
    await run.start(source);
    await eventually(() => batches.length === 2);
    assert.deepEqual(batches, [["a", "b"], ["c"]]);
    const [record] = events[0]?.Records ?? [];
    const { kinesis, eventID, ...others } = record ?? assert.fail("no record");
    assert.equal(eventID, `shardId-000000000000:${kinesis.sequenceNumber}`);
    assert.deepEqual(others, {
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventName: "aws:kinesis:record",
      invokeIdentityArn: roleArn("counts"),
      awsRegion: REGION,
      eventSourceARN: ARN,
    });
    const { sequenceNumber: _, approximateArrivalTimestamp: at, ...rest } = kinesis;
    assert.ok(Math.abs(at * 1000 - Date.now()) < 60_000);
    assert.deepEqual(rest, {
      kinesisSchemaVersion: "1.0",
      partitionKey: "a",
      data: Buffer.from("a").toString("base64"),
    });
  });

  it("begins at the start of its stream where a mapping says so", async () => {
    await start(testContext(recording(stream)));
    await put("before");
    await run.stop();
    await start(run.context.with(program({ startingPosition: "TRIM_HORIZON" })));
    await run.start(source);
    await eventually(() => batches.length === 1);
    assert.deepEqual(batches, [["before"]]);
  });

  it("hands over after the next start what no function was done with, and nothing twice", async () => {
    await start(testContext(program()));
    await run.start(source);
    await put("done");
    await eventually(() => batches.length === 1);
    answer = () => "error";
    await put("failed");
    await eventually(() => batches.length > 1);
    await run.stop();
    const tried = batches.length;
    answer = () => undefined;
    await start(run.context);
    await run.start(source);
    await put("new");
    await eventually(() => batches.flat().includes("new"));
    assert.deepEqual(batches.slice(tried).flat(), ["failed", "new"]);
  });

  it("keeps the state of its tumbling window over starts", async () => {
    // Longer than AWS takes, so that none ends here.
    await start(testContext(program({ tumblingWindowInSeconds: 10_000_000_000 })));
    let seen: string[] = [];
    answer = (texts, event) => {
      const { state } = event as KinesisStreamEvent & { state?: { seen?: string[] } };
      seen = [...(state?.seen ?? []), ...texts];
      return { state: { seen } };
    };
    await run.start(source);
    // By the second call what the first answered is kept.
    for (const text of ["a", "b"]) {
      await put(text);
      await eventually(() => seen.includes(text));
    }
    await run.stop();
    await start(run.context);
    await run.start(source);
    await put("c");
    await eventually(() => seen.includes("c"));
    assert.deepEqual(seen, ["a", "b", "c"]);
  });

  it("gives up a batch after its retries, tells its destination where it is, and lets filters pass over the rest", async () => {
    const pattern = JSON.stringify({ data: { kind: ["click"] } });
    await start(
      testContext(
        program({
          maximumRetryAttempts: 0,
          destinationConfig: { onFailure: { destinationArn: queueArn("given-up") } },
          filterCriteria: { filters: [{ pattern }] },
        }),
      ),
    );
    answer = (texts) => (texts.some((text) => text.includes("bad")) ? "error" : undefined);
    await run.start(source);
    await put('{"kind":"view"}', '{"kind":"click","bad":true}');
    await eventually(() => given.length === 1);
    assert.deepEqual(batches, [['{"kind":"click","bad":true}']]);
    const { arn, record } = given[0] ?? assert.fail("nobody was told");
    assert.equal(arn, queueArn("given-up"));
    assert.equal(record.requestContext.condition, "RetryAttemptsExhausted");
    assert.deepEqual([record.KinesisBatchInfo.batchSize, record.KinesisBatchInfo.streamArn], [1, ARN]);
  });

  it("is read by nobody without leave", async () => {
    await start(testContext(program({}, role("counts", may("DescribeStream")))));
    await put("a");
    await run.start(source);
    await eventually(() => run.context.lines.some((line) => /kinesis:Get(ShardIterator|Records)/.test(line)));
    assert.deepEqual(batches, []);
  });
});

describe("parity of Kinesis", () => {
  const services = createServices({ reader: { line: () => {}, request: () => {} }, log: () => {} }).inOrder;
  const stateOf = (...resources: ReturnType<typeof resource>[]) =>
    parityRows(recording(...resources), services).map(({ state, reason }) => `${state}: ${reason}`)[0] ?? "";

  it("realises streams and what reads them, and names what it does not", () => {
    assert.match(stateOf(stream), /^realised: one shard/);
    assert.match(stateOf(mapping()), /^realised: /);
    assert.match(stateOf(mapping({ tumblingWindowInSeconds: 30 })), /^realised: /);
    assert.match(stateOf(mapping({ startingPosition: "AT_TIMESTAMP" })), /^unsupported: a mapping starts at/);
    const consumer = resource("aws:kinesis/streamConsumer:StreamConsumer", "c", { streamArn: ARN });
    assert.match(stateOf(consumer), /^unsupported: .*no enhanced fan-out/);
    const kafka = mapping({ eventSourceArn: `arn:aws:kafka:${REGION}:123456789012:cluster/c/1` });
    assert.match(stateOf(kafka), /^unsupported: only queues, streams of tables and streams of Kinesis/);
  });
});

describe("mistakes in the mapping of a stream of Kinesis", () => {
  const refused = (inputs: Values) => kinesisRefusals(program(inputs)).map(({ line }) => line);

  it("are none in one that AWS takes, and each that it does not", () => {
    assert.deepEqual(refused({}), []);
    assert.match(
      refused({ eventSourceArn: `${ARN}s` })[0] ?? "",
      /Stream not found: .*stream\/clickss is none/,
    );
    assert.match(refused({ startingPosition: undefined as never })[0] ?? "", /needs a startingPosition/);
    assert.deepEqual(refused({ tumblingWindowInSeconds: 900 }), []);
    assert.match(
      refused({ tumblingWindowInSeconds: 901 })[0] ?? "",
      /tumblingWindowInSeconds of 901 must be from 0 to 900/,
    );
    assert.match(
      refused({ parallelizationFactor: 11 })[0] ?? "",
      /parallelizationFactor of 11 must be from 1 to 10/,
    );
    const lists = role("counts", may("ListShards"));
    assert.match(
      kinesisRefusals(program({}, lists))[0]?.line ?? "",
      /Cannot access stream .*GetRecords, GetShardIterator, DescribeStream, and ListShards Actions/,
    );
  });
});
