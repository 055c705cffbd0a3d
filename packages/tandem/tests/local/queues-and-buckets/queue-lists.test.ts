/** Pages of queues, and batches to FIFO queues, as SQS was recorded to take them or describes them. */
import assert from "node:assert/strict";
import { parseObject } from "../../../shared/json.ts";
import { queueArn, queueUrl, REGION } from "../iam/recordings.ts";
import { ownStores } from "./asked-in-process.ts";

const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn("graves"), maxReceiveCount: 1 });
const SOURCES = ["a", "B", "a-b", "aB", "a_c"];
const QUEUES: Record<string, Record<string, string>> = {
  graves: {},
  ...Object.fromEntries(SOURCES.map((name) => [name, { RedrivePolicy }])),
  "named.fifo": { FifoQueue: "true" },
  "hashed.fifo": { FifoQueue: "true", ContentBasedDeduplication: "true" },
};

const stores = ownStores({ queues: QUEUES });

async function ask(operation: string, input: object) {
  const headers = {
    "x-amz-date": "20261128T120000Z",
    authorization: `AWS4-HMAC-SHA256 Credential=x/20261128/${REGION}/sqs/aws4_request, SignedHeaders=host, Signature=${"0".repeat(64)}`,
  };
  const answer = await stores.askSqs(operation, input, headers);
  const body = parseObject(String(answer.body)) ?? {};
  return { status: answer.status, code: answer.headers?.["x-amzn-query-error"], body };
}

async function refused(operation: string, name: string, input: object): Promise<unknown[]> {
  const { status, code, body } = await ask(operation, { QueueUrl: queueUrl(name), ...input });
  return [status, code, body.message];
}

describe("lists of queues", () => {
  const LISTS: [operation: string, input: object, field: string, names: string[]][] = [
    ["ListDeadLetterSourceQueues", { QueueUrl: queueUrl("graves") }, "queueUrls", SOURCES],
    ["ListQueues", {}, "QueueUrls", Object.keys(QUEUES)],
    ["ListQueues", { QueueNamePrefix: "a" }, "QueueUrls", SOURCES.filter((name) => name.startsWith("a"))],
  ];

  it("have each queue on one page, and a token but on the last", async () => {
    for (const [operation, input, field, names] of LISTS) {
      const found: unknown[] = [];
      const sizes: number[] = [];
      let page: Record<string, unknown> = {};
      do {
        const { NextToken } = page;
        page = (await ask(operation, { ...input, MaxResults: 2, NextToken })).body;
        const urls = page[field] as unknown[];
        found.push(...urls);
        sizes.push(urls.length);
        assert.ok(sizes.length <= names.length, found.join());
      } while (page.NextToken !== undefined);
      assert.deepEqual(found.toSorted(), names.map(queueUrl).toSorted());
      const first = names.flatMap((_name, index) => (index % 2 === 0 ? [index] : []));
      assert.deepEqual(
        sizes,
        first.map((index) => Math.min(2, names.length - index)),
      );
    }
  });

  it("have no token where no size of pages was asked for", async () => {
    for (const [operation, input, field, names] of LISTS) {
      const { body } = await ask(operation, input);
      assert.deepEqual(Object.keys(body), [field]);
      assert.equal((body[field] as unknown[]).length, names.length);
    }
  });
});

describe("messages to FIFO queues", () => {
  const NO_GROUP = "The request must contain the parameter MessageGroupId.";
  const NO_ID =
    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly";
  const message = { MessageBody: "x", MessageGroupId: "g", MessageDeduplicationId: "d" };
  const { MessageGroupId: _group, ...ungrouped } = message;
  const { MessageDeduplicationId: _id, ...unnamed } = message;

  it("are refused with their whole batch when one lacks its group or its deduplication id", async () => {
    const batch = (entry: object) => ({
      Entries: [
        { Id: "a", ...message },
        { Id: "b", ...entry },
      ],
    });
    const invalid = "InvalidParameterValue;Sender";
    for (const name of ["named.fifo", "hashed.fifo"])
      assert.deepEqual(await refused("SendMessageBatch", name, batch(ungrouped)), [400, invalid, NO_GROUP]);
    assert.deepEqual(await refused("SendMessageBatch", "named.fifo", batch(unnamed)), [400, invalid, NO_ID]);
    for (const name of ["named.fifo", "hashed.fifo"])
      assert.deepEqual(stores.library.messages(name), { ready: [], delayed: [], inFlight: [] });
    const { status, body } = await ask("SendMessageBatch", {
      QueueUrl: queueUrl("hashed.fifo"),
      ...batch(unnamed),
    });
    assert.deepEqual([status, (body.Successful as unknown[]).length, body.Failed], [200, 2, []]);
  });

  it("are refused alone with the code of what is missing", async () => {
    assert.deepEqual(await refused("SendMessage", "named.fifo", ungrouped), [
      400,
      "MissingParameter;Sender",
      NO_GROUP,
    ]);
    assert.deepEqual(await refused("SendMessage", "named.fifo", unnamed), [
      400,
      "InvalidParameterValue;Sender",
      NO_ID,
    ]);
  });
});

describe("messages to queues that keep no order", () => {
  const Message =
    "Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.";
  const message = { MessageBody: "x", MessageGroupId: "g" };
  const named = { ...message, MessageDeduplicationId: "d" };

  it("have no deduplication id, of which a batch is told beside what is sent", async () => {
    assert.deepEqual(await refused("SendMessage", "a", named), [
      400,
      "InvalidParameterValue;Sender",
      Message,
    ]);
    const Entries = [
      { Id: "a", ...named },
      { Id: "b", ...message },
    ];
    const { status, body } = await ask("SendMessageBatch", { QueueUrl: queueUrl("a"), Entries });
    assert.equal(status, 200);
    assert.deepEqual(body.Failed, [{ Id: "a", SenderFault: true, Code: "InvalidParameterValue", Message }]);
    assert.deepEqual(
      (body.Successful as { Id: string }[]).map(({ Id }) => Id),
      ["b"],
    );
    assert.equal(stores.library.messages("a")?.ready.length, 1);
  });

  it("are told of a queue that is not there before anything else", async () => {
    for (const [operation, input] of [
      ["SendMessage", named],
      ["SendMessageBatch", { Entries: [{ Id: "a", ...named }] }],
    ] as const) {
      const [status, code] = await refused(operation, "nowhere", input);
      assert.deepEqual([status, code], [400, "AWS.SimpleQueueService.NonExistentQueue;Sender"]);
    }
  });
});
