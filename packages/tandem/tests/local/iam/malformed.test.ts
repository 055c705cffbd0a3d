import assert from "node:assert/strict";
import { createServices } from "../../../local/services.ts";
import type { RecordedResource, Value } from "../../../program/recording.ts";
import {
  bucket,
  queue,
  queueArn,
  queueUrl,
  recording,
  resource,
  role,
  roleArn,
  testContext,
} from "./recordings.ts";

const allowed = (Resource: Value = "*") => ({ Effect: "Allow", Action: "sqs:SendMessage", Resource });
const malformed = { Version: "2012-10-17", Statement: [allowed(null)] };
const FAULT = 'statement 1: "null" is neither an ARN nor "*"';

/** Resources with a policy that IAM refuses, and what is said of them. */
const refused: [what: string, RecordedResource, sentence: string][] = [
  [
    "a role's own policy",
    role("r", allowed(null)),
    `The policy of Role r (inline policy inline) is malformed: ${FAULT}.`,
  ],
  [
    "a policy of its own",
    resource("aws:iam/rolePolicy:RolePolicy", "p", { role: "r", policy: malformed }),
    `The policy of RolePolicy p is malformed: ${FAULT}.`,
  ],
  [
    "a policy that is attached to nothing",
    resource("aws:iam/policy:Policy", "p", { policy: "{ not" }),
    "The policy of Policy p is malformed: is no JSON",
  ],
  [
    "a role's trust",
    resource("aws:iam/role:Role", "x", { assumeRolePolicy: "[]" }),
    "The trust policy of Role x is malformed: is no JSON object.",
  ],
  ...[
    resource("aws:s3/bucketPolicy:BucketPolicy", "p", { bucket: "b", policy: malformed }),
    resource("aws:sqs/queuePolicy:QueuePolicy", "p", { queueUrl: queueUrl("orders"), policy: malformed }),
    resource("aws:sns/topicPolicy:TopicPolicy", "p", {
      arn: "arn:aws:sns:eu-central-1:123456789012:t",
      policy: malformed,
    }),
    resource("aws:secretsmanager/secretPolicy:SecretPolicy", "p", { secretArn: "s", policy: malformed }),
  ].map((one): [string, RecordedResource, string] => {
    const type = one.type.split(":").at(-1) ?? "";
    return [`a ${type}`, one, `The policy of ${type} p is malformed: ${FAULT}.`];
  }),
];

/** The program started beside a role that may receive from the queue. */
async function started(keepGoing: boolean, ...resources: RecordedResource[]) {
  const receives = role("r", { Effect: "Allow", Action: "sqs:ReceiveMessage", Resource: "*" });
  const own = resources.some(({ name, type }) => name === "r" && type === receives.type) ? [] : [receives];
  const context = testContext(recording(...own, queue("orders"), bucket("b"), ...resources));
  const unexpected = () => assert.fail("nothing is called");
  const { iam } = createServices({
    keepGoing,
    log: unexpected,
    reader: { line: unexpected, request: unexpected },
  });
  try {
    await iam.start(context);
  } finally {
    context.remove();
  }
  const refusal = (action: string) =>
    iam.guard.refusalForRole(roleArn("r"), { action, resource: queueArn("orders"), context: {} })?.message;
  return { lines: context.lines, refusal };
}

describe("a policy that IAM would refuse", () => {
  for (const [what, resource, sentence] of refused) {
    it(`ends the start of one's own program: ${what}`, async () => {
      await assert.rejects(started(false, resource), ({ name, message }: Error) => {
        assert.equal(name, "UserError");
        assert.ok(message.startsWith(`AWS would refuse:\n  ${sentence}`), message);
        return true;
      });
    });

    it(`is said of the program of another, and gives no permission: ${what}`, async () => {
      const { lines, refusal } = await started(true, resource);
      assert.equal(lines.length, 1);
      assert.ok(lines[0]?.startsWith(`AWS would refuse: ${sentence}`), lines[0]);
      assert.match(refusal("sqs:SendMessage") ?? "", /no identity-based policy allows/);
    });
  }

  it("leaves what the role's other policies allow", async () => {
    const broken = resource("aws:iam/rolePolicy:RolePolicy", "p", { role: "r", policy: malformed });
    const { refusal } = await started(true, broken);
    assert.equal(refusal("sqs:ReceiveMessage"), undefined);
  });

  it("names every mistake at once, and quotes nothing of a document with a secret", async () => {
    const secret: Value = { $: "secret", value: "hunter2" };
    const policy = { Statement: [{ Effect: "Allow", Action: secret, Resource: "*" }] };
    const hidden = resource("aws:iam/policy:Policy", "hidden", { policy });
    await assert.rejects(started(false, role("r", allowed(null)), hidden), ({ message }: Error) => {
      assert.match(message, /^ {2}The policy of Role r/m);
      assert.match(message, /^ {2}The policy of Policy hidden is malformed; .*secret/m);
      assert.doesNotMatch(message, /hunter2/);
      return true;
    });
  });
});
