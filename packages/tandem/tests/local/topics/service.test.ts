import assert from "node:assert/strict";
import {
  GetTopicAttributesCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
} from "@aws-sdk/client-sns";
import type { SNSEvent } from "aws-lambda";
import { type DeliverTo, type Delivery, textOf } from "../../../local/deliveries/destinations.ts";
import { DeploymentRefusals } from "../../../local/deployment-refusals.ts";
import { type Credentials, credentialsOf } from "../../../local/iam/credentials.ts";
import { OtherAwsService } from "../../../local/other-services/service.ts";
import { TopicService } from "../../../local/topics/service.ts";
import type { RecordedResource, Values } from "../../../program/recording.ts";
import {
  lambda,
  queue,
  queueArn,
  REGION,
  recording,
  resource,
  role,
  roleArn,
  testContext,
} from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

const topicArn = (name: string) => `arn:aws:sns:${REGION}:123456789012:${name}`;
const functionArn = `arn:aws:lambda:${REGION}:123456789012:function:greet`;

function topic(name: string, inputs: Values = {}): RecordedResource {
  return resource("aws:sns/topic:Topic", name, { name, ...inputs }, { name, arn: topicArn(name) });
}

function subscription(name: string, inputs: Values, of = "news"): RecordedResource {
  return resource(
    "aws:sns/topicSubscription:TopicSubscription",
    name,
    { topic: topicArn(of), ...inputs },
    { arn: `${topicArn(of)}:${name}` },
  );
}

const permission = resource("aws:lambda/permission:Permission", "greet", {
  action: "lambda:InvokeFunction",
  function: "greet",
  principal: "sns.amazonaws.com",
  sourceArn: topicArn("news"),
});
const toGreet = subscription("toGreet", { protocol: "lambda", endpoint: functionArn });
const toInbox = (inputs: Values = {}, of = "news", name = "inbox") =>
  subscription("toInbox", { protocol: "sqs", endpoint: queueArn(name), ...inputs }, of);

/** A queue that the topic may send to. */
function inbox(name = "inbox", of = "news"): RecordedResource {
  const policy = JSON.stringify({
    Statement: {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn(name),
      Condition: { ArnEquals: { "aws:SourceArn": topicArn(of) } },
    },
  });
  return queue(name, { policy, ...(name.endsWith(".fifo") ? { fifoQueue: true } : {}) });
}

describe("topics", () => {
  const run = serviceRun();
  let service: TopicService;
  let client: SNSClient;
  let delivered: [arn: string, delivery: Delivery][];
  /** ARN of what is not there. */
  let gone: string | undefined;

  const deliver: DeliverTo = async (arn, delivery) => {
    if (arn === gone) throw new Error(`${arn} is gone`);
    delivered.push([arn, delivery]);
  };

  async function start(...program: RecordedResource[]) {
    const iam = await run.begin(testContext(recording(...program)));
    const otherServices = new OtherAwsService(iam);
    service = new TopicService({ otherServices, iam, deliver, refusals: new DeploymentRefusals() });
    await run.start(otherServices, service);
    client = clientOf();
  }

  const clientOf = (credentials?: Credentials) =>
    run.client("AWS_ENDPOINT_URL", (settings) => new SNSClient(settings), credentials);
  const publish = (input: Partial<PublishCommand["input"]> = {}) =>
    client.send(new PublishCommand({ TopicArn: topicArn("news"), Message: "hello", ...input }));
  /** What came to a queue. */
  const bodies = () =>
    delivered.map(([, { payload }]) => JSON.parse(textOf(payload)) as Record<string, unknown>);

  beforeEach(() => {
    delivered = [];
    gone = undefined;
  });

  it("call a function with AWS's event", async () => {
    await start(topic("news"), toGreet, permission);
    const { MessageId } = await publish({
      Subject: "[Subject] Test subject",
      MessageAttributes: { attr1: { DataType: "Number", StringValue: "99.12" } },
    });
    const [arn, { payload, caller }] = delivered[0] ?? assert.fail();
    assert.equal(arn, functionArn);
    assert.equal(caller, "topic");
    const [record] = (payload as SNSEvent).Records;
    assert.equal(record?.EventSource, "aws:sns");
    assert.equal(record?.EventVersion, "1.0");
    assert.equal(record?.EventSubscriptionArn, `${topicArn("news")}:toGreet`);
    const { Timestamp, Signature: _signature, ...sns } = record?.Sns ?? assert.fail();
    assert.match(Timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(sns, {
      Type: "Notification",
      MessageId,
      TopicArn: topicArn("news"),
      Subject: "[Subject] Test subject",
      Message: "hello",
      SignatureVersion: "1",
      SigningCertUrl: `https://sns.${REGION}.amazonaws.com/SimpleNotificationService-local.pem`,
      UnsubscribeUrl: `https://sns.${REGION}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${topicArn("news")}:toGreet`,
      MessageAttributes: { attr1: { Type: "Number", Value: "99.12" } },
    });
  });

  it("send a queue what SNS says of a message, in its order", async () => {
    await start(topic("news"), inbox(), toInbox());
    await publish({
      MessageAttributes: { attr1: { DataType: "Binary", BinaryValue: Buffer.from([2, 3, 4]) } },
    });
    const [body] = bodies();
    assert.deepEqual(Object.keys(body ?? {}), [
      "Type",
      "MessageId",
      "TopicArn",
      "Message",
      "Timestamp",
      "SignatureVersion",
      "Signature",
      "SigningCertURL",
      "UnsubscribeURL",
      "MessageAttributes",
    ]);
    assert.deepEqual(body?.MessageAttributes, { attr1: { Type: "Binary", Value: "AgME" } });
    assert.deepEqual(delivered[0]?.[1].beside, {});
  });

  it("send the message alone where the queue wants it raw, with its attributes", async () => {
    await start(topic("news"), inbox(), toInbox({ rawMessageDelivery: true }));
    await publish({ MessageAttributes: { attr1: { DataType: "Number", StringValue: "99.12" } } });
    const [, { payload, beside }] = delivered[0] ?? assert.fail();
    assert.equal(payload, "hello");
    assert.deepEqual(beside, { MessageAttributes: { attr1: { DataType: "Number", StringValue: "99.12" } } });
  });

  it("deliver what a filter of attributes takes", async () => {
    const filterPolicy = JSON.stringify({ attr1: [{ numeric: [">", 0, "<=", 100] }], kind: ["a", "b"] });
    await start(topic("news"), inbox(), toInbox({ filterPolicy }));
    const of = (attr1: string, kind: string, DataType = "String") => ({
      MessageAttributes: {
        attr1: { DataType: "Number", StringValue: attr1 },
        kind: { DataType, StringValue: kind },
      },
    });
    await publish({ Message: "too much", ...of("111", "a") });
    await publish({ Message: "another kind", ...of("1", "c") });
    await publish({ Message: "none" });
    await publish({ Message: "taken", ...of("99.12", "a") });
    await publish({ Message: "of a list", ...of("1", '["x","b"]', "String.Array") });
    assert.deepEqual(
      bodies().map(({ Message }) => Message),
      ["taken", "of a list"],
    );
  });

  it("deliver what a filter of the body takes, and no body that is no JSON", async () => {
    const filterPolicy = JSON.stringify({ object: { key: [{ prefix: "auto-" }, "hardcodedvalue"] } });
    await start(topic("news"), inbox(), toInbox({ filterPolicy, filterPolicyScope: "MessageBody" }));
    const messages = ['{"object": {"key": "auto-test"}}', '{"object": {"key": "hardcodedvalue"}}'];
    for (const Message of ["no JSON", '{"object": {"key": "other"}}', ...messages])
      await publish({ Message });
    assert.deepEqual(
      bodies().map(({ Message }) => Message),
      messages,
    );
  });

  it("send each protocol its own text", async () => {
    await start(topic("news"), inbox(), toInbox(), toGreet, permission);
    await publish({
      MessageStructure: "json",
      Message: JSON.stringify({ default: "default field", sqs: '{"field": "value"}' }),
    });
    const texts = delivered.map(([, { payload }]) =>
      typeof payload === "string"
        ? (JSON.parse(payload) as { Message: string }).Message
        : (payload as SNSEvent).Records[0]?.Sns.Message,
    );
    assert.deepEqual(texts.sort(), ["default field", '{"field": "value"}']);
  });

  it("show a mail in the log", async () => {
    await start(topic("news"), subscription("mail", { protocol: "email", endpoint: "a@example.com" }));
    await publish({ Subject: "Fire" });
    assert.deepEqual(run.context.lines, ["Mail to a@example.com from topic news: Fire\nhello"]);
  });

  it("take a batch, and give each entry its message", async () => {
    await start(topic("news"), inbox(), toInbox({ rawMessageDelivery: true }));
    const PublishBatchRequestEntries = ["1", "2", "3"].map((Id) => ({ Id, Message: `message ${Id}` }));
    const { Successful = [], Failed } = await client.send(
      new PublishBatchCommand({ TopicArn: topicArn("news"), PublishBatchRequestEntries }),
    );
    assert.deepEqual(
      Successful.map(({ Id }) => Id),
      ["1", "2", "3"],
    );
    assert.equal(new Set(Successful.map(({ MessageId }) => MessageId)).size, 3);
    assert.deepEqual(Failed, []);
    assert.deepEqual(
      delivered.map(([, { payload }]) => payload),
      ["message 1", "message 2", "message 3"],
    );
  });

  it("keep the order of a FIFO topic's groups, and know a message again", async () => {
    const fifo = topic("news.fifo", { fifoTopic: true });
    await start(fifo, inbox("inbox.fifo", "news.fifo"), toInbox({}, "news.fifo", "inbox.fifo"));
    const of = { TopicArn: topicArn("news.fifo"), MessageGroupId: "g" };
    const first = await publish({ ...of, MessageDeduplicationId: "1" });
    const again = await publish({ ...of, MessageDeduplicationId: "1" });
    const second = await publish({ ...of, MessageDeduplicationId: "2" });
    assert.equal(again.MessageId, first.MessageId);
    assert.match(first.SequenceNumber ?? "", /^\d{20}$/);
    assert.ok((second.SequenceNumber ?? "") > (first.SequenceNumber ?? ""));
    assert.deepEqual(
      delivered.map(([, { beside }]) => beside),
      [
        { MessageGroupId: "g", MessageDeduplicationId: "1" },
        { MessageGroupId: "g", MessageDeduplicationId: "2" },
      ],
    );
    assert.deepEqual(Object.keys(bodies()[0] ?? {}), [
      "Type",
      "MessageId",
      "SequenceNumber",
      "TopicArn",
      "Message",
      "Timestamp",
      "UnsubscribeURL",
    ]);
    await assert.rejects(publish({ TopicArn: topicArn("news.fifo") }), {
      name: "InvalidParameterException",
      message: "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
    });
    await assert.rejects(publish({ ...of }), {
      message:
        "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    });
  });

  it("let a role publish only where its policies allow, in AWS's words", async () => {
    const publisher = role("publisher", {
      Effect: "Allow",
      Action: "sns:Publish",
      Resource: topicArn("news"),
    });
    await start(topic("news"), topic("secret"), publisher, lambda("say", "publisher"), inbox(), toInbox());
    const own = clientOf(credentialsOf(roleArn("publisher")));
    await own.send(new PublishCommand({ TopicArn: topicArn("news"), Message: "hello" }));
    assert.equal(delivered.length, 1);
    await assert.rejects(own.send(new PublishCommand({ TopicArn: topicArn("secret"), Message: "hello" })), {
      name: "AuthorizationErrorException",
      message:
        /is not authorized to perform: SNS:Publish on resource: .*:secret because no identity-based policy allows/,
    });
    own.destroy();
    assert.match(run.context.lines.join("\n"), /IAM: User: .*sns:Publish/);
  });

  it("let a role publish that the topic's own policy names", async () => {
    const policy = JSON.stringify({
      Statement: {
        Effect: "Allow",
        Principal: { AWS: roleArn("publisher") },
        Action: "sns:Publish",
        Resource: topicArn("news"),
      },
    });
    const attached = resource("aws:sns/topicPolicy:TopicPolicy", "news", { arn: topicArn("news"), policy });
    await start(topic("news"), attached, role("publisher"), lambda("say", "publisher"));
    const own = clientOf(credentialsOf(roleArn("publisher")));
    assert.ok(
      (await own.send(new PublishCommand({ TopicArn: topicArn("news"), Message: "hello" }))).MessageId,
    );
    own.destroy();
  });

  it("deliver to nobody who does not name the topic, say what to add, and bury the message", async () => {
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn("dead") });
    await start(topic("news"), toGreet, inbox("inbox", "other"), toInbox({ redrivePolicy }));
    const printed = run.context.lines.join("\n");
    assert.match(
      printed,
      /Topic news: sns\.amazonaws\.com may not call greet: declare an aws:lambda\/permission:Permission/,
    );
    assert.match(
      printed,
      /Topic news: sns\.amazonaws\.com may not sqs:SendMessage on .*:inbox: add to its policy/,
    );
    await publish();
    assert.deepEqual(
      delivered.map(([arn]) => arn),
      [queueArn("dead")],
    );
    assert.equal(bodies()[0]?.Message, "hello");
  });

  it("bury what a subscriber does not take", async () => {
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn("dead") });
    await start(topic("news"), inbox(), toInbox({ redrivePolicy }));
    gone = queueArn("inbox");
    await publish();
    assert.deepEqual(
      delivered.map(([arn]) => arn),
      [queueArn("dead")],
    );
    assert.match(run.context.lines.join("\n"), /Topic news → .*:inbox: .* is gone/);
  });

  /** As recorded of AWS. */
  const refused: [input: Partial<PublishCommand["input"]>, name: string, message: string][] = [
    [{ TopicArn: topicArn("other") }, "NotFoundException", "Topic does not exist"],
    [
      { TopicArn: "news" },
      "InvalidParameterException",
      "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1",
    ],
    [
      { TopicArn: "arn:aws:sns:us-west-1:123456789012:news" },
      "InvalidParameterException",
      "Invalid parameter: TopicArn",
    ],
    [{ Message: "" }, "InvalidParameterException", "Invalid parameter: Empty message"],
    [{ Message: "x".repeat(262_145) }, "InvalidParameterException", "Invalid parameter: Message too long"],
    [{ Subject: "" }, "InvalidParameterException", "Invalid parameter: Subject"],
    [
      { MessageStructure: "json", Message: '{"sqs": "x"}' },
      "InvalidParameterException",
      "Invalid parameter: Message Structure - No default entry in JSON message body",
    ],
    [
      { MessageStructure: "json", Message: "{" },
      "InvalidParameterException",
      "Invalid parameter: Message Structure - JSON message body failed to parse",
    ],
    [
      { MessageAttributes: { attr1: { DataType: "DoesNotExist", StringValue: "1" } } },
      "InvalidParameterValueException",
      "The message attribute 'attr1' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
    ],
  ];
  for (const [input, name, message] of refused) {
    it(`refuse as AWS does: ${JSON.stringify(input).slice(0, 60)}`, async () => {
      await start(topic("news"));
      await assert.rejects(publish(input), { name, message });
    });
  }

  it("refuse a batch as AWS does", async () => {
    await start(topic("news"));
    const batch = (...ids: string[]) =>
      client.send(
        new PublishBatchCommand({
          TopicArn: topicArn("news"),
          PublishBatchRequestEntries: ids.map((Id) => ({ Id, Message: "x" })),
        }),
      );
    await assert.rejects(batch(...Array.from({ length: 11 }, (_, index) => `id${index}`)), {
      message: "The batch request contains more entries than permissible.",
    });
    await assert.rejects(batch("a", "a"), {
      message: "Two or more batch entries in the request have the same Id.",
    });
    await assert.rejects(batch("message.id"), {
      message: "The Id of a batch entry in the batch request contains an impermissible character: message.id",
    });
  });

  it("refuse by name what SNS does besides", async () => {
    await start(topic("news"));
    await assert.rejects(client.send(new GetTopicAttributesCommand({ TopicArn: topicArn("news") })), {
      name: "NotImplemented",
      message: /GetTopicAttributes: the local SNS knows only Publish/,
    });
    await assert.rejects(client.send(new PublishCommand({ PhoneNumber: "+4912345", Message: "x" })), {
      name: "NotImplemented",
    });
  });

  const mistakes: [what: string, program: RecordedResource[], why: RegExp][] = [
    [
      "a filter policy",
      [topic("news"), toInbox({ filterPolicy: JSON.stringify({ key: [{ suffix: 100 }] }) })],
      /Subscription toInbox: Invalid parameter: FilterPolicy: suffix match pattern must be a string/,
    ],
    [
      "a nested filter of attributes",
      [topic("news"), toInbox({ filterPolicy: JSON.stringify({ object: { key: ["x"] } }) })],
      /Filter policy scope MessageAttributes does not support nested filter policy/,
    ],
    [
      "a FIFO queue of a standard topic",
      [topic("news"), toInbox({}, "news", "inbox.fifo")],
      /Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics/,
    ],
    [
      "a function of a FIFO topic",
      [
        topic("news.fifo", { fifoTopic: true }),
        subscription("odd", { protocol: "lambda", endpoint: functionArn }, "news.fifo"),
      ],
      /Subscription odd: Invalid parameter: Protocol lambda: a FIFO topic delivers to queues alone/,
    ],
    [
      "standard dead letters of a FIFO topic",
      [
        topic("news.fifo", { fifoTopic: true }),
        toInbox(
          { redrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("dead") }) },
          "news.fifo",
          "inbox.fifo",
        ),
      ],
      /RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic\./,
    ],
    [
      "the URL of a queue",
      [topic("news"), toInbox({ endpoint: "https://sqs.eu-central-1.amazonaws.com/123456789012/inbox" })],
      /Invalid parameter: SQS endpoint ARN/,
    ],
    ["a FIFO topic without .fifo", [topic("news", { fifoTopic: true })], /Topic news: .* ends with \.fifo/],
  ];
  for (const [what, program, why] of mistakes) {
    it(`are not started with what AWS refuses: ${what}`, async () => {
      await assert.rejects(start(...program), why);
    });
  }

  it("say of every resource what becomes of it", async () => {
    const of = (protocol: string) => subscription(protocol, { protocol, endpoint: "x" });
    await start(topic("news"));
    assert.deepEqual(
      [topic("news"), permission, toGreet, toInbox(), of("email"), of("https"), of("sms")].map(
        (one) => service.parity(one)?.state,
      ),
      ["realised", "realised", "realised", "realised", "realised", "unsupported", "unsupported"],
    );
  });
});
