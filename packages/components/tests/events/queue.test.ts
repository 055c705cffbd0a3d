import assert from "node:assert/strict";
import { Queue } from "../../queue.ts";
import { declare, statements } from "../support/declare.ts";

const QUEUE = "aws:sqs/queue:Queue";
const POLICY = "aws:sqs/queuePolicy:QueuePolicy";
const REDRIVE = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy";
const ARN = "arn:aws:sqs:eu-central-1:123456789012:tandem-dev-changes";

const FOUR_DAYS = 345_600;
const FOURTEEN_DAYS = 1_209_600;

describe("Queue", () => {
  it("declares two queues, a policy for each and who may use the second, and nothing else", async () => {
    const declared = await declare(() => void new Queue("changes", { visibilityTimeout: 60 }));
    assert.deepEqual(declared.counts(), {
      "tandem:aws:Queue": 1,
      "tandem:aws:DeadLetterQueue": 1,
      [QUEUE]: 2,
      [POLICY]: 2,
      [REDRIVE]: 1,
    });
  });

  it("is encrypted, polled long, and gives a message up after five deliveries", async () => {
    const declared = await declare(() => void new Queue("changes", { visibilityTimeout: 60 }));
    const { redrivePolicy, ...inputs } = declared.inputs(QUEUE, "changes");
    assert.deepEqual(inputs, {
      name: "tandem-dev-changes",
      visibilityTimeoutSeconds: 60,
      messageRetentionSeconds: FOUR_DAYS,
      receiveWaitTimeSeconds: 20,
      sqsManagedSseEnabled: true,
    });
    assert.deepEqual(JSON.parse(String(redrivePolicy)), {
      deadLetterTargetArn: `${ARN}-dead-letters`,
      maxReceiveCount: 5,
    });
  });

  it("gives a message up after as many deliveries as it is told", async () => {
    const declared = await declare(
      () => void new Queue("changes", { visibilityTimeout: 60, maxReceiveCount: 2 }),
    );
    const { redrivePolicy } = declared.inputs(QUEUE, "changes");
    assert.equal(JSON.parse(String(redrivePolicy)).maxReceiveCount, 2);
  });

  it("keeps dead letters for 14 days, encrypted, from this queue alone", async () => {
    const declared = await declare(() => void new Queue("changes", { visibilityTimeout: 60 }));
    assert.deepEqual(declared.inputs(QUEUE, "changes-dead-letters"), {
      name: "tandem-dev-changes-dead-letters",
      messageRetentionSeconds: FOURTEEN_DAYS,
      sqsManagedSseEnabled: true,
    });
    const { queueUrl, redriveAllowPolicy } = declared.inputs(REDRIVE);
    assert.match(String(queueUrl), /\/tandem-dev-changes-dead-letters$/);
    assert.deepEqual(JSON.parse(String(redriveAllowPolicy)), {
      redrivePermission: "byQueue",
      sourceQueueArns: [ARN],
    });
  });

  it("is reached over TLS only, and so are its dead letters", async () => {
    const declared = await declare(() => void new Queue("changes", { visibilityTimeout: 60 }));
    for (const [name, resource] of [
      ["changes-policy", ARN],
      ["changes-dead-letters-policy", `${ARN}-dead-letters`],
    ] as const) {
      assert.deepEqual(statements(declared.inputs(POLICY, name).policy), [
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "sqs:*",
          Resource: resource,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]);
    }
  });

  it("links its address, and sending or consuming on it alone", async () => {
    const declared = await declare(() => {
      const { send, consume } = new Queue("visit-changes", { visibilityTimeout: 60 });
      return { send, consume };
    });
    const variables = {
      VISIT_CHANGES_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/123456789012/tandem-dev-visit-changes",
    };
    const resources = ["arn:aws:sqs:eu-central-1:123456789012:tandem-dev-visit-changes"];
    assert.deepEqual(declared.recording.outputs, {
      send: {
        name: "visit-changes.send",
        variables,
        permissions: [{ actions: ["sqs:SendMessage"], resources }],
      },
      consume: {
        name: "visit-changes.consume",
        variables,
        permissions: [
          {
            actions: [
              "sqs:ChangeMessageVisibility",
              "sqs:DeleteMessage",
              "sqs:GetQueueAttributes",
              "sqs:ReceiveMessage",
            ],
            resources,
          },
        ],
      },
    });
  });
});
