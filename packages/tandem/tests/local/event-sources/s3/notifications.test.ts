import assert from "node:assert/strict";
import { DeleteObjectCommand, DeleteObjectsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { S3Event } from "aws-lambda";
import type { DeliverTo, Delivery } from "../../../../local/deliveries/destinations.ts";
import { BucketNotificationService } from "../../../../local/event-sources/s3/service.ts";
import type { IamService } from "../../../../local/iam/service.ts";
import { QueueAndBucketService } from "../../../../local/queues-and-buckets/service.ts";
import type { Recording, Values } from "../../../../program/recording.ts";
import { eventually } from "../../../support/patience.ts";
import {
  bucket,
  lambda,
  queue,
  queueArn,
  REGION,
  recording,
  resource,
  role,
  type TestContext,
  testContext,
} from "../../iam/recordings.ts";
import { serviceRun } from "../../support/service-run.ts";

const functionArn = `arn:aws:lambda:${REGION}:123456789012:function:importMotors:live`;

function notification(inputs: Values = {}) {
  return resource("aws:s3/bucketNotification:BucketNotification", "imports", {
    bucket: "imports",
    lambdaFunctions: [
      {
        id: "imports",
        lambdaFunctionArn: functionArn,
        events: ["s3:ObjectCreated:*"],
        filterPrefix: "incoming/",
        filterSuffix: ".json",
        ...inputs,
      },
    ],
  });
}

const permission = resource("aws:lambda/permission:Permission", "imports", {
  action: "lambda:InvokeFunction",
  function: "importMotors",
  qualifier: "live",
  principal: "s3.amazonaws.com",
  sourceArn: "arn:aws:s3:::imports",
});

describe("bucket notification", () => {
  const run = serviceRun({ lasts: "block" });
  let context: TestContext;
  let iam: IamService;
  let stores: QueueAndBucketService;
  let service: BucketNotificationService;
  let client: S3Client;
  let calls: { arn: string; event: S3Event; delivery: Delivery }[];
  /** To other destinations than functions. */
  let delivered: [arn: string, delivery: Delivery][];
  /** What a notification begins with. */
  let tested: [arn: string, delivery: Delivery][];

  const deliver: DeliverTo = async (arn, delivery) => {
    const { payload } = delivery;
    if ((payload as { Event?: string }).Event === "s3:TestEvent") tested.push([arn, delivery]);
    else if (arn.includes(":lambda:")) calls.push({ arn, event: payload as S3Event, delivery });
    else delivered.push([arn, delivery]);
  };

  before(async () => {
    iam = await run.begin(testContext(recording(bucket("imports"))));
    stores = new QueueAndBucketService(iam);
    await run.start(stores);
    client = run.client("AWS_ENDPOINT_URL_S3", (settings) => new S3Client(settings));
  });
  afterEach(() => service.stop());

  async function start(program: Recording) {
    calls = [];
    delivered = [];
    tested = [];
    context = run.context.with(program);
    await iam.update(context);
    await stores.update(context);
    service = new BucketNotificationService(stores, deliver);
    await service.start(context);
  }

  const put = (Key: string) => client.send(new PutObjectCommand({ Bucket: "imports", Key, Body: "[1]" }));
  const program = (...more: Parameters<typeof recording>) =>
    recording(bucket("imports"), role("importer"), lambda("importMotors", "importer"), ...more);

  it("calls the function, by its alias and asynchronously, with S3's event", async () => {
    await start(program(notification(), permission));
    await put("incoming/Amélie 1+1.json");
    await eventually(() => calls.length === 1);
    const { arn, event, delivery } = calls[0] ?? {};
    assert.equal(arn, functionArn);
    assert.equal(delivery?.caller, "bucket");
    const record = event?.Records[0];
    assert.equal(record?.eventName, "ObjectCreated:Put");
    assert.equal(record?.awsRegion, REGION);
    assert.equal(record?.s3.bucket.name, "imports");
    assert.equal(record?.s3.configurationId, "imports");
    assert.equal(record?.s3.object.key, "incoming/Am%C3%A9lie+1%2B1.json");
    assert.equal(record?.s3.object.size, 3);
    assert.match(record?.s3.object.eTag ?? "", /^[0-9a-f]{32}$/);
  });

  it("tells of nothing but the events, beginnings and endings it asks for", async () => {
    await start(program(notification(), permission));
    await put("elsewhere/a.json");
    await put("incoming/a.txt");
    await put("incoming/a.json");
    await client.send(new DeleteObjectCommand({ Bucket: "imports", Key: "incoming/a.json" }));
    await put("incoming/last.json");
    await eventually(() => calls.length === 2);
    assert.deepEqual(
      calls.map(({ event }) => event.Records[0]?.s3.object.key),
      ["incoming/a.json", "incoming/last.json"],
    );
  });

  it("calls nobody who did not permit it, and says what to declare", async () => {
    await start(program(notification()));
    await put("incoming/a.json");
    assert.match(
      run.context.lines.join("\n"),
      /s3.amazonaws.com may not call importMotors by its alias live: declare an aws:lambda\/permission:Permission .*arn:aws:s3:::imports/,
    );
    assert.deepEqual(calls, []);
  });

  const topicArn = `arn:aws:sns:${REGION}:123456789012:imported`;
  const notificationOf = (inputs: Values) =>
    resource("aws:s3/bucketNotification:BucketNotification", "imports", { bucket: "imports", ...inputs });
  const events = ["s3:ObjectCreated:*"];
  const policyFor = (Principal: string) =>
    JSON.stringify({
      Statement: { Effect: "Allow", Principal: { Service: Principal }, Action: "*", Resource: "*" },
    });

  it("goes to a queue and a topic whose policy names S3", async () => {
    const queues = [{ queueArn: queueArn("imported"), events }];
    const topics = [{ topicArn, events }];
    const policy = policyFor("s3.amazonaws.com");
    await start(
      program(
        notificationOf({ queues, topics }),
        queue("imported", { policy }),
        resource("aws:sns/topic:Topic", "imported", { policy }, { arn: topicArn }),
      ),
    );
    await put("a.json");
    await eventually(() => delivered.length === 2);
    assert.deepEqual(delivered.map(([arn]) => arn).sort(), [topicArn, queueArn("imported")]);
    assert.equal(delivered[0]?.[1].subject, "Amazon S3 Notification");
  });

  it("begins with a test event for a queue and a topic, once", async () => {
    const policy = policyFor("s3.amazonaws.com");
    // No test before has declared these for the bucket.
    const firstTopic = `arn:aws:sns:${REGION}:123456789012:first`;
    const queues = [{ queueArn: queueArn("first"), events }];
    await start(
      program(
        notificationOf({ queues, topics: [{ topicArn: firstTopic, events }] }),
        queue("first", { policy }),
        resource("aws:sns/topic:Topic", "first", { policy }, { arn: firstTopic }),
      ),
    );
    await put("a.json");
    await eventually(() => delivered.length === 2);
    assert.deepEqual(tested.map(([arn]) => arn).sort(), [firstTopic, queueArn("first")]);
    const [, delivery] = tested[0] ?? assert.fail("no test event");
    const { Time, RequestId, HostId, ...rest } = delivery.payload as Record<string, string>;
    assert.deepEqual(rest, { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "imports" });
    assert.ok(Time && RequestId && HostId);
    assert.equal(delivery.subject, "Amazon S3 Notification");
    await service.stop();
    service = new BucketNotificationService(stores, deliver);
    await service.start(context);
    assert.equal(tested.length, 2);
  });

  it("tells of each key of a list that is deleted, also of one that was not there", async () => {
    const inputs = { events: ["s3:ObjectRemoved:*"], filterPrefix: "", filterSuffix: "" };
    await start(program(notification(inputs), permission));
    await put("key_0");
    const Objects = [{ Key: "key_0" }, { Key: "key_1" }];
    await client.send(new DeleteObjectsCommand({ Bucket: "imports", Delete: { Objects } }));
    await eventually(() => calls.length === 2);
    assert.deepEqual(
      calls.map(({ event: { Records } }) => [Records[0]?.eventName, Records[0]?.s3.object.key]),
      [
        ["ObjectRemoved:Delete", "key_0"],
        ["ObjectRemoved:Delete", "key_1"],
      ],
    );
  });

  it("goes to no queue whose policy does not, and says what to add", async () => {
    const queues = [{ queueArn: queueArn("imported"), events }];
    await start(
      program(notificationOf({ queues }), queue("imported", { policy: policyFor("sns.amazonaws.com") })),
    );
    assert.match(
      run.context.lines.join("\n"),
      /Bucket imports: s3\.amazonaws\.com may not sqs:SendMessage on .*:imported: add to its policy/,
    );
  });

  it("goes to the default bus, as EventBridge writes it", async () => {
    await start(program(notificationOf({ eventbridge: true })));
    await put("incoming/Amélie 1+1.json");
    await client.send(new DeleteObjectCommand({ Bucket: "imports", Key: "incoming/Amélie 1+1.json" }));
    await eventually(() => delivered.length === 2);
    const [created, deleted] = delivered.map(([, { event }]) => event ?? assert.fail("no event"));
    assert.ok(created && deleted);
    assert.equal(delivered[0]?.[0], `arn:aws:events:${REGION}:123456789012:event-bus/default`);
    assert.equal(created.source, "aws.s3");
    assert.equal(created["detail-type"], "Object Created");
    assert.deepEqual(created.resources, ["arn:aws:s3:::imports"]);
    const {
      sequencer: _one,
      "request-id": _two,
      object,
      ...more
    } = created.detail as Record<string, unknown>;
    assert.deepEqual(more, {
      version: "0",
      bucket: { name: "imports" },
      requester: "123456789012",
      "source-ip-address": "127.0.0.1",
      reason: "PutObject",
    });
    assert.equal((object as { key: string }).key, "incoming/Amélie 1+1.json");
    assert.equal(deleted["detail-type"], "Object Deleted");
    assert.equal((deleted.detail as { reason: string }).reason, "DeleteObject");
  });

  it("takes over a changed notification", async () => {
    await start(program(notification(), permission));
    await service.update(run.context.with(program(notification({ filterPrefix: "other/" }), permission)));
    await put("incoming/a.json");
    await put("other/a.json");
    await eventually(() => calls.length === 1);
    assert.equal(calls[0]?.event.Records[0]?.s3.object.key, "other/a.json");
  });
});
