import assert from "node:assert/strict";
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { DeploymentRefusals } from "../../../../local/deployment-refusals.ts";
import { DynamodbService } from "../../../../local/dynamodb/service.ts";
import { StreamSourceService } from "../../../../local/event-sources/dynamodb/service.ts";
import type { IamService } from "../../../../local/iam/service.ts";
import type { InvokeOptions, InvokeResult, Invoker } from "../../../../local/invocation.ts";
import type { Recording, Values } from "../../../../program/recording.ts";
import { eventually } from "../../../support/patience.ts";
import {
  lambda,
  queue,
  queueArn,
  REGION,
  recording,
  resource,
  role,
  type TestContext,
  table,
  tableArn,
  testContext,
} from "../../iam/recordings.ts";
import { serviceRun } from "../../support/service-run.ts";

const LABEL = "2026-01-01T00:00:00.000";

/** Each test has a table and a mapping of its own, in one DynamoDB: it is started anew where the next start is what is tested. */
let TableName = "";
let streamArn = "";
let uuid = "";
let count = 0;

function next(): void {
  count++;
  TableName = `motors${count}`;
  streamArn = `${tableArn(TableName)}/stream/${LABEL}`;
  uuid = `0f2b7c1e-9c0a-4d8a-b6f8-${String(count).padStart(12, "0")}`;
}

const motors = () =>
  table(
    TableName,
    { streamEnabled: true, streamViewType: "NEW_AND_OLD_IMAGES" },
    { streamArn, streamLabel: LABEL },
  );

const READING = [
  "dynamodb:GetRecords",
  "dynamodb:GetShardIterator",
  "dynamodb:DescribeStream",
  "dynamodb:ListStreams",
];

const consumer = (Action: string | string[] = READING) =>
  role(
    "consumer",
    { Effect: "Allow", Action, Resource: streamArn },
    { Effect: "Allow", Action: "sqs:SendMessage", Resource: queueArn("given-up") },
    {
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:ListBucket"],
      Resource: ["arn:aws:s3:::given-up", "arn:aws:s3:::given-up/*"],
    },
  );

function mapping(inputs: Values = {}) {
  const all = {
    eventSourceArn: streamArn,
    functionName: "changeMotors",
    startingPosition: "LATEST",
    ...inputs,
  };
  return resource("aws:lambda/eventSourceMapping:EventSourceMapping", "source", all, { uuid });
}

const program = (inputs: Values = {}, reader = consumer()) =>
  recording(motors(), queue("given-up"), reader, lambda("changeMotors", "consumer"), mapping(inputs));

type WindowEvent = DynamoDBStreamEvent & { state?: { seen?: string[] } };

type Answer = (DynamoDBBatchResponse & { state?: object }) | "error" | undefined;

/** Stands for the workers: keeps what it was called with and answers as told. */
class Recorder implements Invoker {
  readonly events: DynamoDBStreamEvent[] = [];
  readonly options: InvokeOptions[] = [];
  answer: (ids: string[], event: WindowEvent) => Answer = () => undefined;

  async invoke(functionName: string, payload: unknown, options: InvokeOptions = {}): Promise<InvokeResult> {
    assert.equal(functionName, "changeMotors");
    const event = payload as DynamoDBStreamEvent;
    this.events.push(event);
    this.options.push(options);
    const answer = this.answer(idsOf(event), event);
    if (answer === "error") return { requestId: "1", status: "error" };
    return { requestId: "1", status: "ok", ...(answer ? { payload: JSON.stringify(answer) } : {}) };
  }

  /** Keys of the records of each call. */
  get calls(): string[] {
    return this.events.map((event) => idsOf(event).join(" "));
  }
}

const idsOf = ({ Records }: DynamoDBStreamEvent) =>
  Records.map(({ dynamodb }) => dynamodb?.Keys?.id?.S ?? "");

interface Reported {
  arn: string;
  /** Of an object. */
  key: string | undefined;
  record: Record<string, Record<string, unknown>>;
}

describe("event source mapping of a table's stream", () => {
  const run = serviceRun({ lasts: "block" });
  let context: TestContext;
  let iam: IamService;
  let dynamodb: DynamodbService;
  let sources: StreamSourceService;
  let invoker: Recorder;
  let client: DynamoDBClient;
  let reported: Reported[];

  async function startDynamodb(begun: TestContext) {
    iam = await run.begin(begun);
    dynamodb = new DynamodbService(iam);
    await run.start(dynamodb);
    client = run.client("AWS_ENDPOINT_URL_DYNAMODB", (settings) => new DynamoDBClient(settings));
  }

  /** The table first; `sources` is started by the test, once something is written. */
  async function declare(recorded: Recording) {
    context = run.context.with(recorded);
    await iam.update(context);
    await dynamodb.update(context);
    invoker = new Recorder();
    reported = [];
    sources = new StreamSourceService({
      dynamodb,
      invoker,
      arnOf: (reference) => reference,
      iam,
      deliver: async (to, { payload, key }) => {
        reported.push({ arn: to, key, record: JSON.parse(String(payload)) });
      },
      refusals: new DeploymentRefusals(true),
      retryDelay: 1,
    });
  }

  const read = () => sources.start(context);

  /** The next start of the same folder. */
  async function startAgain(recorded = context.recording) {
    await sources.stop();
    await run.stop();
    await startDynamodb(run.context.with(recorded));
    await declare(recorded);
  }

  /** The mapping alone is begun anew, at the store that goes on. */
  async function beginAgain(recorded = context.recording) {
    await sources.stop();
    await declare(recorded);
  }

  before(() => {
    next();
    return startDynamodb(testContext(recording(motors())));
  });
  beforeEach(next);
  afterEach(() => sources.stop());

  const put = (id: string, more = {}) =>
    client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, ...more } }));
  const putAll = async (...ids: string[]) => {
    for (const id of ids) await put(id);
  };

  it("hands records over as Lambda does", async () => {
    await declare(program());
    await read();
    await put("a", { power: { N: "1" } });
    await eventually(() => invoker.events.length === 1);
    const [record] = invoker.events[0]?.Records ?? [];
    const { SequenceNumber, ApproximateCreationDateTime, ...dynamodb } = record?.dynamodb ?? {};
    assert.match(String(SequenceNumber), /^\d{21,40}$/);
    assert.ok(Number.isInteger(ApproximateCreationDateTime));
    assert.deepEqual(dynamodb, {
      Keys: { id: { S: "a" } },
      NewImage: { id: { S: "a" }, power: { N: "1" } },
      SizeBytes: 13,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    });
    const { eventID, dynamodb: _, ...rest } = record ?? {};
    assert.match(String(eventID), /^[0-9a-f]{32}$/);
    assert.deepEqual(rest, {
      eventName: "INSERT",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: REGION,
      eventSourceARN: streamArn,
    });
    assert.equal(invoker.options[0]?.caller, "stream");
    assert.ok(Number(invoker.options[0]?.iteratorAge) >= 0);
  });

  it("begins with what is written after it was first declared, in batches in the order of the writes", async () => {
    await declare(program({ batchSize: 2 }));
    await putAll("a", "b", "c");
    await read();
    await eventually(() => invoker.calls.length === 2);
    assert.deepEqual(invoker.calls, ["a b", "c"]);
  });

  it("begins where it is told to, and goes on there after the next start", async () => {
    const others = [motors(), consumer(), lambda("changeMotors", "consumer")];
    await declare(recording(...others));
    await putAll("a");
    await startAgain(program());
    await read();
    await putAll("b");
    await eventually(() => invoker.calls.length === 1);
    assert.deepEqual(invoker.calls, ["b"]);
    const fromStart = { ...mapping({ startingPosition: "TRIM_HORIZON" }), urn: "another" };
    await startAgain(recording(...others, fromStart));
    await read();
    await eventually(() => invoker.calls.length === 1);
    assert.deepEqual(invoker.calls, ["a b"]);
  });

  it("hands over, where it begins anew, what no function was done with", async () => {
    await declare(program());
    invoker.answer = () => "error";
    await read();
    await putAll("a");
    await eventually(() => invoker.calls.length > 0);
    await beginAgain();
    await putAll("b");
    await read();
    await eventually(() => invoker.calls.join(" ").includes("b"));
    assert.equal(invoker.calls.join(" "), "a b");
  });

  it("tries a batch again until its retries are used up, and tells its destination", async () => {
    const destinationConfig = { onFailure: { destinationArn: queueArn("given-up") } };
    await declare(program({ maximumRetryAttempts: 1, destinationConfig }));
    invoker.answer = (ids) => (ids.includes("a") ? "error" : undefined);
    await putAll("a", "b");
    await read();
    await eventually(() => reported.length === 1);
    await putAll("c");
    await eventually(() => invoker.calls.includes("c"));
    assert.deepEqual(invoker.calls, ["a b", "a b", "c"]);
    const { requestContext, DDBStreamBatchInfo } = reported[0]?.record ?? {};
    assert.equal(reported[0]?.arn, queueArn("given-up"));
    assert.equal(requestContext?.condition, "RetryAttemptsExhausted");
    assert.equal(requestContext?.approximateInvokeCount, 2);
    assert.equal(DDBStreamBatchInfo?.batchSize, 2);
    assert.equal(DDBStreamBatchInfo?.streamArn, streamArn);
    const [first, second] = invoker.events[0]?.Records ?? [];
    assert.equal(DDBStreamBatchInfo?.startSequenceNumber, first?.dynamodb?.SequenceNumber);
    assert.equal(DDBStreamBatchInfo?.endSequenceNumber, second?.dynamodb?.SequenceNumber);
  });

  it("puts records that it gives up into a bucket, with the whole event", async () => {
    const destinationConfig = { onFailure: { destinationArn: "arn:aws:s3:::given-up" } };
    await declare(program({ maximumRetryAttempts: 0, destinationConfig }));
    invoker.answer = () => "error";
    await putAll("a");
    await read();
    await eventually(() => reported.length === 1);
    const { arn: to, key, record } = reported[0] ?? assert.fail("nobody was told");
    assert.equal(to, "arn:aws:s3:::given-up");
    const { payload, DDBStreamBatchInfo } = record;
    assert.deepEqual(JSON.parse(String(payload)), invoker.events[0]);
    const day = new Date().toISOString().slice(0, 4);
    assert.match(
      key ?? "",
      new RegExp(`^aws/lambda/${uuid}/${DDBStreamBatchInfo?.shardId}/${day}/../../${day}-[^/]*$`),
    );
  });

  it("cuts a failed batch in halves until one record is left", async () => {
    await declare(program({ maximumRetryAttempts: 0, bisectBatchOnFunctionError: true }));
    invoker.answer = (ids) => (ids.includes("c") ? "error" : undefined);
    await putAll("a", "b", "c", "d");
    await read();
    await eventually(() => invoker.calls.includes("d"));
    assert.deepEqual(invoker.calls, ["a b c d", "a b", "c d", "c", "d"]);
  });

  it("goes on at the first record that the function says it failed at", async () => {
    await declare(program({ functionResponseTypes: ["ReportBatchItemFailures"] }));
    let failures = 1;
    invoker.answer = (_ids, { Records }) => ({
      batchItemFailures:
        failures-- > 0 ? [{ itemIdentifier: Records[1]?.dynamodb?.SequenceNumber ?? "" }] : [],
    });
    await putAll("a", "b", "c");
    await read();
    await eventually(() => invoker.calls.length === 2);
    assert.deepEqual(invoker.calls, ["a b c", "b c"]);
  });

  it("begins, where it begins anew, at the record that the function failed at", async () => {
    const reporting = program({ functionResponseTypes: ["ReportBatchItemFailures"] });
    await declare(reporting);
    invoker.answer = (ids, { Records }) => ({
      batchItemFailures: Records.filter((_, index) => ids[index] === "b").map(({ dynamodb }) => ({
        itemIdentifier: dynamodb?.SequenceNumber ?? "",
      })),
    });
    await putAll("a", "b", "c");
    await read();
    await eventually(() => invoker.calls.includes("b c"));
    await beginAgain();
    await read();
    await eventually(() => invoker.calls.length === 1);
    assert.deepEqual(invoker.calls, ["b c"]);
  });

  it("keeps the state of its tumbling window over starts", async () => {
    // Longer than AWS takes, so that none ends here.
    await declare(program({ tumblingWindowInSeconds: 10_000_000_000 }));
    let seen: string[] = [];
    const answer = (ids: string[], event: WindowEvent) => {
      seen = [...(event.state?.seen ?? []), ...ids];
      return { state: { seen }, batchItemFailures: [] };
    };
    invoker.answer = answer;
    await read();
    // By the second call what the first answered is kept.
    for (const id of ["a", "b"]) {
      await put(id);
      await eventually(() => seen.includes(id));
    }
    await startAgain();
    invoker.answer = answer;
    await read();
    await put("c");
    await eventually(() => seen.includes("c"));
    assert.deepEqual(seen, ["a", "b", "c"]);
  });

  it("hands over what its filters take, and passes over the rest", async () => {
    const pattern = JSON.stringify({
      eventName: ["REMOVE"],
      dynamodb: { OldImage: { power: { N: [{ prefix: "2" }] } } },
    });
    await declare(program({ filterCriteria: { filters: [{ pattern }] } }));
    await read();
    await put("a", { power: { N: "1" } });
    await put("b", { power: { N: "2" } });
    for (const id of ["a", "b"])
      await client.send(new DeleteItemCommand({ TableName, Key: { id: { S: id } } }));
    await eventually(() => invoker.calls.length === 1);
    assert.deepEqual(invoker.calls, ["b"]);
    // What no filter took is passed over for good.
    await beginAgain(program());
    await read();
    await put("c");
    await eventually(() => invoker.calls.length === 1);
    assert.deepEqual(invoker.calls, ["c"]);
  });

  it("reads nothing without leave, and says what is missing", async () => {
    const lister = consumer("dynamodb:ListStreams");
    await declare(program({}, lister));
    await putAll("a");
    await read();
    await eventually(() => run.context.lines.some((line) => line.includes("dynamodb:DescribeStream")));
    assert.ok(
      run.context.lines.some((line) =>
        line.startsWith(`AWS would refuse: Event source mapping source: Cannot access stream ${streamArn}`),
      ),
    );
    assert.deepEqual(invoker.calls, []);
  });
});
