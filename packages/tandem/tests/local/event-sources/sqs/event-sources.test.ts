import assert from "node:assert/strict";
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { DeploymentRefusals } from "../../../../local/deployment-refusals.ts";
import { sqsRecord } from "../../../../local/event-sources/sqs/batch.ts";
import { QueueSourceService } from "../../../../local/event-sources/sqs/service.ts";
import type { IamService } from "../../../../local/iam/service.ts";
import type { InvokeResult, Invoker } from "../../../../local/invocation.ts";
import { QueueAndBucketService } from "../../../../local/queues-and-buckets/service.ts";
import type { Recording, Values } from "../../../../program/recording.ts";
import { eventually } from "../../../support/patience.ts";
import {
  lambda,
  queue,
  queueArn,
  queueUrl,
  REGION,
  recording,
  resource,
  role,
  type TestContext,
  testContext,
} from "../../iam/recordings.ts";
import { serviceRun } from "../../support/service-run.ts";

/** Each test has a queue of its own, in one start of the stores. */
let changes = "";
let count = 0;

const consumer = () =>
  role("consumer", {
    Effect: "Allow",
    Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    Resource: queueArn(changes),
  });

function mapping(inputs: Values = {}) {
  return resource("aws:lambda/eventSourceMapping:EventSourceMapping", "source", {
    eventSourceArn: queueArn(changes),
    functionName: "changeMotors",
    ...inputs,
  });
}

type Answer = SQSBatchResponse | "error" | undefined;

/** Stands for the workers: keeps what it was called with and answers as told. */
class Recorder implements Invoker {
  readonly events: SQSEvent[] = [];
  answer: (event: SQSEvent) => Answer = () => undefined;

  async invoke(functionName: string, payload: unknown): Promise<InvokeResult> {
    assert.equal(functionName, "changeMotors");
    const event = payload as SQSEvent;
    this.events.push(event);
    const answer = this.answer(event);
    if (answer === "error") return { requestId: "1", status: "error" };
    return { requestId: "1", status: "ok", ...(answer ? { payload: JSON.stringify(answer) } : {}) };
  }

  /** Bodies of the messages of each call. */
  get bodies(): string[][] {
    return this.events.map(({ Records }) => Records.map(({ body }) => body));
  }
}

describe("event source mapping of a queue", () => {
  const run = serviceRun({ lasts: "block" });
  let context: TestContext;
  let iam: IamService;
  let stores: QueueAndBucketService;
  let sources: QueueSourceService;
  let invoker: Recorder;
  let client: SQSClient;

  before(async () => {
    iam = await run.begin(testContext(recording(queue("dead"))));
    stores = new QueueAndBucketService(iam);
    await run.start(stores);
    client = run.client("AWS_ENDPOINT_URL_SQS", (settings) => new SQSClient(settings));
  });
  beforeEach(() => {
    count++;
    changes = `changes${count}`;
    invoker = new Recorder();
    sources = new QueueSourceService(stores, invoker, new DeploymentRefusals(true));
  });
  afterEach(() => sources.stop());

  /** `sources` is started by the test, once something is sent. */
  async function declare(program: Recording) {
    context = run.context.with(program);
    await iam.update(context);
    await stores.update(context);
  }

  const url = (name: string) => run.context.addresses.apply(queueUrl(name));
  const send = (body: string) =>
    client.send(new SendMessageCommand({ QueueUrl: url(changes), MessageBody: body }));

  async function waiting(name: string): Promise<number> {
    const AttributeNames = [
      "ApproximateNumberOfMessages" as const,
      "ApproximateNumberOfMessagesNotVisible" as const,
    ];
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: url(name), AttributeNames }),
    );
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  }

  it("hands messages over as Lambda does and deletes them", async () => {
    await declare(recording(queue(changes), consumer(), lambda("changeMotors", "consumer"), mapping()));
    await client.send(
      new SendMessageCommand({
        QueueUrl: url(changes),
        MessageBody: "hello",
        MessageAttributes: { kind: { DataType: "String", StringValue: "greeting" } },
      }),
    );
    await sources.start(context);
    await eventually(async () => invoker.events.length === 1 && (await waiting(changes)) === 0);
    const [record] = invoker.events[0]?.Records ?? [];
    assert.equal(record?.body, "hello");
    assert.equal(record?.eventSource, "aws:sqs");
    assert.equal(record?.eventSourceARN, queueArn(changes));
    assert.equal(record?.awsRegion, REGION);
    assert.equal(record?.attributes.ApproximateReceiveCount, "1");
    assert.deepEqual(record?.messageAttributes.kind, {
      stringValue: "greeting",
      stringListValues: [],
      binaryListValues: [],
      dataType: "String",
    });
  });

  it("has the digest of the attributes before that of the body", () => {
    const message = {
      MessageId: "1",
      ReceiptHandle: "h",
      Body: "msg",
      MD5OfBody: "6e2baaf3b97dbeef01c0043275f9a0e7",
      MD5OfMessageAttributes: "4c360f3fdafd970e05fae2f149d997f5",
    };
    const names = Object.keys(sqsRecord(message, queueArn(changes)));
    assert.deepEqual(
      names.filter((name) => name.startsWith("md5")),
      ["md5OfMessageAttributes", "md5OfBody"],
    );
  });

  it("fills batches up to their size", async () => {
    const more = {
      batchSize: 3,
      maximumBatchingWindowInSeconds: 1,
      scalingConfig: { maximumConcurrency: 1 },
    };
    await declare(recording(queue(changes), consumer(), lambda("changeMotors", "consumer"), mapping(more)));
    for (const body of ["1", "2", "3", "4"]) await send(body);
    await sources.start(context);
    await eventually(() => invoker.bodies.flat().length === 4);
    assert.deepEqual(
      invoker.bodies.map((bodies) => bodies.length),
      [3, 1],
    );
  });

  it("hands over what one of its filters takes, and deletes the rest", async () => {
    const filters = [{ body: { kind: ["wanted"] } }, { body: { amount: [{ numeric: [">", 10] }] } }];
    const filterCriteria = { filters: filters.map((filter) => ({ pattern: JSON.stringify(filter) })) };
    await declare(
      recording(queue(changes), consumer(), lambda("changeMotors", "consumer"), mapping({ filterCriteria })),
    );
    await send('{"kind": "other"}');
    await send("no JSON");
    await send('{"kind": "wanted"}');
    await send('{"amount": 11}');
    await send('{"amount": 10}');
    await sources.start(context);
    await eventually(async () => (await waiting(changes)) === 0);
    assert.deepEqual(invoker.bodies.flat().sort(), ['{"amount": 11}', '{"kind": "wanted"}']);
  });

  it("is refused by name with a filter that AWS does not take", async () => {
    const filterCriteria = { filters: [{ pattern: JSON.stringify({ body: { kind: "wanted" } }) }] };
    await declare(
      recording(queue(changes), consumer(), lambda("changeMotors", "consumer"), mapping({ filterCriteria })),
    );
    await assert.rejects(
      new QueueSourceService(stores, invoker).start(context),
      /Event source mapping source: Invalid filter pattern definition .*"kind" must be an object or an array/,
    );
  });

  it("brings back only the messages that the function reports, and ends with them among the dead letters", async () => {
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 2 });
    const queued = queue(changes, { visibilityTimeoutSeconds: 1, redrivePolicy });
    const reporting = mapping({ functionResponseTypes: ["ReportBatchItemFailures"] });
    await declare(
      recording(queue("dead"), queued, consumer(), lambda("changeMotors", "consumer"), reporting),
    );
    invoker.answer = ({ Records }) => ({
      batchItemFailures: Records.filter(({ body }) => body === "poison").map(({ messageId }) => ({
        itemIdentifier: messageId,
      })),
    });
    await send("good");
    await send("poison");
    await sources.start(context);
    await eventually(async () => (await waiting("dead")) === 1);
    const bodies = invoker.bodies.flat();
    // A slow machine may be handed the good one twice, as a slow function would be.
    assert.ok(bodies.includes("good"));
    assert.equal(bodies.filter((body) => body === "poison").length, 2);
    await eventually(async () => (await waiting(changes)) === 0);
  });

  it("brings back the whole batch when the function fails or names an unknown message", async () => {
    const queued = queue(changes, { visibilityTimeoutSeconds: 1 });
    const reporting = mapping({ functionResponseTypes: ["ReportBatchItemFailures"] });
    await declare(recording(queued, consumer(), lambda("changeMotors", "consumer"), reporting));
    const answers: Answer[] = [
      "error",
      { batchItemFailures: [{ itemIdentifier: "nobody" }] },
      { batchItemFailures: [] },
    ];
    invoker.answer = () => answers.shift();
    await send("again");
    await sources.start(context);
    await eventually(async () => invoker.events.length >= 3 && (await waiting(changes)) === 0);
    assert.deepEqual(answers, []);
  });

  it("reads with the role of the function: without the permission nothing comes, and it is said", async () => {
    await declare(recording(queue(changes), role("consumer"), lambda("changeMotors", "consumer"), mapping()));
    await send("unseen");
    await sources.start(context);
    await eventually(() => run.context.lines.some((line) => line.includes("perform: sqs:ReceiveMessage")));
    assert.match(
      run.context.lines.join("\n"),
      /assumed-role\/consumer\/changeMotors is not authorized to perform: sqs:Rec/,
    );
    assert.deepEqual(invoker.events, []);
  });

  it("stops with the program's mapping and starts with a new one", async () => {
    const queued = queue(changes, { visibilityTimeoutSeconds: 1 });
    await declare(recording(queued, consumer(), lambda("changeMotors", "consumer")));
    await sources.start(context);
    await send("early");
    await sources.update(
      run.context.with(recording(queued, consumer(), lambda("changeMotors", "consumer"), mapping())),
    );
    await eventually(() => invoker.bodies.flat().includes("early"));
    await sources.update(run.context.with(recording(queued, consumer())));
    await send("late");
    // The pollers that went away may have been handed it first; it comes back soon.
    await eventually(async () => {
      const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: url(changes) }));
      return Messages?.[0]?.Body === "late";
    });
    assert.deepEqual(invoker.bodies.flat(), ["early"]);
  });
});
