/** What SQS answers to a request whose values are of no type or no size that it takes. */
import assert from "node:assert/strict";
import * as sqs from "@aws-sdk/client-sqs";
import { READABLE } from "../../../local/queues-and-buckets/queue-requests.ts";
import { INPUTS, type Shape, type Structure } from "../../../local/queues-and-buckets/sqs-inputs.ts";
import { queueArn, queueUrl } from "../iam/recordings.ts";
import { ownStores } from "./asked-in-process.ts";

describe("malformed requests to SQS", () => {
  const stores = ownStores({ queues: { changes: {}, "ordered.fifo": { FifoQueue: "true" } } });
  const { askSqs: ask } = stores;

  const QueueUrl = queueUrl("changes");
  /** Of each operation a request that is one. */
  const WHOLE: Record<string, object> = {
    CancelMessageMoveTask: { TaskHandle: "x" },
    ChangeMessageVisibility: { QueueUrl, ReceiptHandle: "x", VisibilityTimeout: 1 },
    ChangeMessageVisibilityBatch: {
      QueueUrl,
      Entries: [{ Id: "a", ReceiptHandle: "x", VisibilityTimeout: 1 }],
    },
    CreateQueue: { QueueName: "other", Attributes: { DelaySeconds: "1" }, tags: { a: "b" } },
    DeleteMessage: { QueueUrl, ReceiptHandle: "x" },
    DeleteMessageBatch: { QueueUrl, Entries: [{ Id: "a", ReceiptHandle: "x" }] },
    DeleteQueue: { QueueUrl: queueUrl("other") },
    GetQueueAttributes: { QueueUrl, AttributeNames: ["All"] },
    GetQueueUrl: { QueueName: "changes", QueueOwnerAWSAccountId: "123456789012" },
    ListDeadLetterSourceQueues: { QueueUrl, NextToken: "x", MaxResults: 1 },
    ListMessageMoveTasks: { SourceArn: queueArn("changes"), MaxResults: 1 },
    ListQueueTags: { QueueUrl },
    ListQueues: { QueueNamePrefix: "c", NextToken: "x", MaxResults: 1 },
    PurgeQueue: { QueueUrl },
    ReceiveMessage: {
      QueueUrl,
      AttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
      MaxNumberOfMessages: 1,
      VisibilityTimeout: 0,
      WaitTimeSeconds: 0,
      ReceiveRequestAttemptId: "x",
    },
    SendMessage: { QueueUrl, ...message() },
    SendMessageBatch: { QueueUrl, Entries: [{ Id: "a", ...message() }] },
    SetQueueAttributes: { QueueUrl, Attributes: { DelaySeconds: "0" } },
    StartMessageMoveTask: {
      SourceArn: queueArn("changes"),
      DestinationArn: queueArn("ordered.fifo"),
      MaxNumberOfMessagesPerSecond: 1,
    },
    TagQueue: { QueueUrl, Tags: { a: "b" } },
    UntagQueue: { QueueUrl, TagKeys: ["a"] },
  };

  function message() {
    const attributes = {
      a: {
        DataType: "String",
        StringValue: "x",
        BinaryValue: "eA==",
        StringListValues: ["x"],
        BinaryListValues: ["eA=="],
      },
    };
    return {
      MessageBody: "x",
      DelaySeconds: 0,
      MessageAttributes: attributes,
      MessageSystemAttributes: attributes,
      MessageDeduplicationId: "x",
      MessageGroupId: "x",
    };
  }

  async function refusal(operation: string, body: string | object): Promise<string> {
    const { status, headers, body: answered } = await ask(operation, body);
    const { __type, message } = JSON.parse(answered.toString()) as Record<string, string>;
    return `${status} ${headers["x-amzn-query-error"]} ${__type?.replace("com.amazonaws.sqs#", "")}: ${message}`;
  }

  const messages = () => Object.values(stores.library.messages("changes") ?? {}).flat();

  it("are known by the types of the SDK's model", () => {
    const modelled = Object.values(sqs).flatMap((schema) => {
      const [kind, , name, , input] = Array.isArray(schema) ? (schema as unknown[]) : [];
      return kind === 9 && typeof name === "string" && name in INPUTS ? [[name, shapeOf(input)]] : [];
    });
    assert.equal(modelled.length, Object.keys(INPUTS).length);
    assert.deepEqual(Object.fromEntries(modelled), INPUTS);
  });

  it("are answered in the words of AWS's reader of JSON", async () => {
    const malformed = (text: string) => `400 MalformedInput;Sender SerializationException: ${text}`;
    const STRUCTURE = "Start of structure or map found where not expected.";
    const CASES: [operation: string, input: object, words: string][] = [
      ["SendMessage", { QueueUrl, MessageBody: 5 }, "NUMBER_VALUE can not be converted to a String"],
      ["SendMessage", { QueueUrl, MessageBody: true }, "TRUE_VALUE can not be converted to a String"],
      ["SendMessage", { QueueUrl, MessageBody: { a: 1 } }, STRUCTURE],
      ["SendMessage", { QueueUrl, MessageBody: ["a"] }, "Start of list found where not expected"],
      [
        "ReceiveMessage",
        { QueueUrl, VisibilityTimeout: "5" },
        "STRING_VALUE can not be converted to an Integer",
      ],
      ["GetQueueAttributes", { QueueUrl, AttributeNames: "All" }, "Expected list or null"],
      [
        "GetQueueAttributes",
        { QueueUrl, AttributeNames: [1] },
        "NUMBER_VALUE can not be converted to a String",
      ],
      ["SendMessage", { QueueUrl, MessageBody: "x", MessageAttributes: { a: "x" } }, "Expected null"],
      [
        "SetQueueAttributes",
        { QueueUrl, Attributes: { DelaySeconds: 5 } },
        "NUMBER_VALUE can not be converted to a String",
      ],
      // Before what is missing.
      ["SendMessage", { MessageBody: false }, "FALSE_VALUE can not be converted to a String"],
    ];
    for (const [operation, input, words] of CASES)
      assert.equal(await refusal(operation, input), malformed(words), JSON.stringify(input));
    for (const body of ["", "{", "[]", "5"])
      assert.equal(await refusal("SendMessage", body), malformed("The request is no JSON object."), body);
    assert.deepEqual(messages(), []);
  });

  it("name what is missing, null being nothing", async () => {
    const missing = (name: string) =>
      `400 MissingParameter;Sender MissingRequiredParameterException: The request must contain the parameter ${name}.`;
    assert.equal(await refusal("SendMessage", { MessageBody: "x" }), missing("QueueUrl"));
    assert.equal(await refusal("SendMessage", { QueueUrl, MessageBody: null }), missing("MessageBody"));
    assert.equal(await refusal("CreateQueue", {}), missing("QueueName"));
    assert.equal(await refusal("TagQueue", { QueueUrl }), missing("Tags"));
    const Entries = [{ Id: "a", MessageBody: "x" }, { MessageBody: "x" }];
    assert.equal(
      await refusal("SendMessageBatch", { QueueUrl, Entries }),
      missing("SendMessageBatchRequestEntry.2.Id"),
    );
    assert.match(await refusal("SendMessageBatch", { QueueUrl }), /EmptyBatchRequest/);
    const { status } = await ask("ReceiveMessage", { QueueUrl, VisibilityTimeout: null });
    assert.equal(status, 200);
    assert.deepEqual(messages(), []);
  });

  it("name an entry that lacks something beside those that are carried out", async () => {
    const Entries = [{ Id: "a" }, { Id: "b", MessageBody: "" }, { Id: "c", MessageBody: "x" }];
    const { body } = await ask("SendMessageBatch", { QueueUrl, Entries });
    const { Successful, Failed } = JSON.parse(body.toString());
    assert.deepEqual([Successful.length, Failed.length], [1, 2]);
    assert.deepEqual(Failed[1], {
      Id: "b",
      SenderFault: true,
      Code: "MissingParameter",
      Message: "The request must contain the parameter SendMessageBatchRequestEntry.2.MessageBody.",
    });
    const [received] = JSON.parse((await ask("ReceiveMessage", { QueueUrl })).body.toString()).Messages;
    const { ReceiptHandle } = received;
    const change = { QueueUrl, Entries: [{ Id: "a", ReceiptHandle }] };
    const changed = JSON.parse((await ask("ChangeMessageVisibilityBatch", change)).body.toString());
    assert.equal(
      changed.Failed[0].Message,
      "The request must contain the parameter ChangeMessageVisibilityBatchRequestEntry.1.VisibilityTimeout.",
    );
    await ask("DeleteMessage", { QueueUrl, ReceiptHandle });
  });

  it("have numbers and policies that SQS does not take", async () => {
    for (const MaxResults of [0, -1, 1001])
      assert.equal(
        await refusal("ListQueues", { MaxResults }),
        "400 InvalidParameterValue;Sender InvalidParameterValueException: Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and 1000.",
      );
    const SourceArn = queueArn("changes");
    assert.match(await refusal("ListMessageMoveTasks", { SourceArn, MaxResults: 11 }), /between 1 and 10\.$/);
    const task = { SourceArn, MaxNumberOfMessagesPerSecond: 501 };
    assert.match(await refusal("StartMessageMoveTask", task), /between 1 and 500\.$/);
    for (const RedrivePolicy of ["{", "5", "[]"]) {
      const set = await refusal("SetQueueAttributes", { QueueUrl, Attributes: { RedrivePolicy } });
      assert.equal(
        set,
        "400 InvalidAttributeValue;Sender InvalidAttributeValue: Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.",
      );
    }
    const { body } = await ask("GetQueueAttributes", { QueueUrl, AttributeNames: ["RedrivePolicy"] });
    assert.deepEqual(JSON.parse(body.toString()), { Attributes: {} });
  });

  it("name attributes and queues as none can be called", async () => {
    const readable = Object.values(sqs.QueueAttributeName);
    assert.deepEqual([...READABLE].sort(), readable.sort());
    const unknown = (name: string) =>
      `400 InvalidAttributeName;Sender InvalidAttributeName: Unknown Attribute ${name}.`;
    const set = (Attributes: object) => refusal("SetQueueAttributes", { QueueUrl, Attributes });
    assert.equal(await set({ Foobar: "x" }), unknown("Foobar"));
    assert.equal(await set({ QueueArn: "x" }), unknown("QueueArn"));
    const create = (QueueName: string, Attributes: object = {}) =>
      refusal("CreateQueue", { QueueName, Attributes });
    assert.equal(await create("new", { Foobar: "x" }), unknown("Foobar"));
    assert.equal(
      await refusal("GetQueueAttributes", { QueueUrl, AttributeNames: ["Foobar"] }),
      unknown("Foobar"),
    );
    for (const name of ["a b", "a/b", "x".repeat(81), "a.fifo", "é"])
      assert.equal(
        await create(name),
        "400 InvalidParameterValue;Sender InvalidParameterValueException: Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        name,
      );
    const MessageAttributes = { Age: { DataType: "Number.int", StringValue: "Hello" } };
    assert.equal(
      await refusal("SendMessage", { QueueUrl, MessageBody: "x", MessageAttributes }),
      "400 InvalidParameterValue;Sender InvalidParameterValueException: Can't cast the value of message (user) attribute 'Age' to a number.",
    );
    const fifo = { QueueName: `${"x".repeat(75)}.fifo`, Attributes: { FifoQueue: "true" } };
    assert.equal((await ask("CreateQueue", fifo)).status, 200);
  });

  it("fail nowhere, whatever stands in any part of any operation", async () => {
    let asked = 0;
    for (const [operation, whole] of Object.entries(WHOLE)) {
      assert.ok((await ask(operation, whole)).status < 500, operation);
      for (const [input, at] of [...spoilt(whole)]) {
        const { status } = await ask(operation, input);
        assert.ok(status < 500, `${operation} ${at}: ${status}`);
        asked += 1;
      }
      await ask("PurgeQueue", { QueueUrl });
    }
    assert.ok(asked > 1_000, String(asked));
  });
});

/** No number for which a receiver would wait. */
const WRONG = [0, -1, 1.5, 1e300, "", "x", true, [], [5], {}, { a: 5 }, null, undefined];

/** Everything in it once in each wrong form, and where. */
function* spoilt(value: unknown, at = ""): Generator<[input: object, at: string]> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    const replaced = (other: unknown) =>
      Array.isArray(value) ? Object.assign([...value], { [name]: other }) : { ...value, [name]: other };
    for (const wrong of WRONG) yield [replaced(wrong), `${at}.${name}: ${JSON.stringify(wrong)}`];
    for (const [inner, where] of spoilt(part, `${at}.${name}`)) yield [replaced(inner), where];
  }
}

/** Of the SDK's schemas: numbers for what is simple, `[kind, namespace, name, traits, …]` for what is not, `[schema, traits]` of a member. */
function shapeOf(schema: unknown): Shape {
  if (typeof schema === "function") return shapeOf(schema());
  const SIMPLE: Record<string, Shape> = { 0: "string", 1: "integer", 21: "blob", 64: { list: "string" } };
  if (!Array.isArray(schema)) return SIMPLE[String(schema)] ?? assert.fail(String(schema));
  if (schema.length === 2) return shapeOf(schema[0]);
  const [kind, , , , first, second, count = 0] = schema;
  if (kind === 1) return { list: shapeOf(first) };
  if (kind === 2) return { map: shapeOf(second) };
  assert.equal(kind, 3);
  const names: string[] = first;
  const members = names.map((name, index): [string, Shape] => [name, shapeOf(second[index])]);
  const structure: Structure = { members: Object.fromEntries(members), required: names.slice(0, count) };
  return structure;
}
