import assert from "node:assert/strict";
import { recordProgram } from "../../program/record-program.ts";
import type { Recording } from "../../program/recording.ts";
import { find, fixture } from "./fixtures.ts";

const record = (name: string) => recordProgram({ cwd: fixture(name), stack: "dev" });

describe("nested components", () => {
  let recording: Recording;
  before(async () => {
    recording = await record("nested-components");
  });

  it("qualifies URNs with every component above", () => {
    assert.deepEqual(
      recording.resources.map(({ urn }) => urn.replace("urn:pulumi:dev::orders::", "")).sort(),
      [
        "aws:ssm/parameter:Parameter::key",
        "pulumi:providers:aws::ireland",
        "shop:office:Desk$shop:messaging:Mailbox$aws:sqs/queue:Queue::desk-mail",
        "shop:office:Desk$shop:messaging:Mailbox$aws:sqs/queue:Queue::desk-mail-dead",
        "shop:office:Desk$shop:messaging:Mailbox::desk-mail",
        "shop:office:Desk::desk",
      ],
    );
    assert.equal(
      find(recording, "desk-mail-dead").parent,
      find(recording, "desk-mail", "shop:messaging:Mailbox").urn,
    );
  });

  it("hands protection, retention and provider down to what custom resources there are", () => {
    const queue = find(recording, "desk-mail", "aws:sqs/queue:Queue");
    assert.deepEqual([queue.protect, queue.retainOnDelete], [true, true]);
    assert.match(queue.provider ?? "", /::pulumi:providers:aws::ireland::/);
    const key = find(recording, "key");
    assert.deepEqual([key.protect, key.retainOnDelete], [false, false]);
    assert.equal(key.provider, undefined);
  });

  it("puts ARNs and URLs into the provider's region", () => {
    assert.equal(recording.outputs.url, "https://sqs.eu-west-1.amazonaws.com/123456789012/desk-mail-queue");
    assert.equal(
      find(recording, "key").outputs.arn,
      "arn:aws:ssm:eu-central-1:123456789012:parameter/key-0cfb568",
    );
  });

  it("keeps default tags with the provider", () => {
    const { inputs } = find(recording, "ireland");
    assert.equal(inputs.region, "eu-west-1");
    assert.deepEqual(JSON.parse(String(inputs.defaultTags)), { tags: { owner: "orders" } });
    assert.equal(find(recording, "desk-mail", "aws:sqs/queue:Queue").inputs.tags, undefined);
  });

  it("says which inputs come from which resources", () => {
    const queue = find(recording, "desk-mail", "aws:sqs/queue:Queue");
    const dead = find(recording, "desk-mail-dead").urn;
    assert.deepEqual(queue.propertyDependencies, { redrivePolicy: [dead] });
    assert.deepEqual(queue.dependencies, [dead]);
  });

  it("turns a dependency on a component into one on what it contains", () => {
    assert.deepEqual(
      find(recording, "key").dependencies,
      [find(recording, "desk-mail-dead").urn, find(recording, "desk-mail", "aws:sqs/queue:Queue").urn].sort(),
    );
  });

  it("resolves aliases, and those that follow from a parent's", () => {
    const within = (chain: string) => `urn:pulumi:dev::orders::${chain}`;
    assert.deepEqual(find(recording, "desk").aliases, [
      within("shop:office:Desk::table"),
      within("shop:office:Bureau::desk"),
    ]);
    assert.deepEqual(find(recording, "desk-mail", "shop:messaging:Mailbox").aliases, [
      within("shop:office:Desk$shop:messaging:Mailbox::table-mail"),
      within("shop:office:Bureau$shop:messaging:Mailbox::desk-mail"),
    ]);
    const queue = find(recording, "desk-mail", "aws:sqs/queue:Queue").aliases;
    assert.ok(queue.includes(within("shop:office:Desk$shop:messaging:Mailbox$aws:sqs/queue:Queue::inbox")));
    assert.ok(
      queue.includes(within("shop:office:Bureau$shop:messaging:Mailbox$aws:sqs/queue:Queue::desk-mail")),
    );
    assert.ok(
      queue.includes(within("shop:office:Desk$shop:messaging:Mailbox$aws:sqs/queue:Queue::table-mail")),
    );
  });

  it("keeps ignored changes", () => {
    assert.deepEqual(find(recording, "desk-mail", "aws:sqs/queue:Queue").ignoreChanges, ["tags"]);
  });

  it("gives a component the outputs it registers", () => {
    const { outputs, custom } = find(recording, "desk-mail", "shop:messaging:Mailbox");
    assert.equal(custom, false);
    assert.deepEqual(outputs, { url: recording.outputs.url });
  });

  it("marks secrets in config, inputs, outputs and stack outputs, and never holds the ciphertext", () => {
    const secret = { $: "secret", value: "[secret orders:apiKey]" };
    assert.deepEqual(recording.config["orders:apiKey"], secret);
    assert.deepEqual(find(recording, "key").inputs.value, secret);
    assert.deepEqual(find(recording, "key").outputs.value, secret);
    assert.deepEqual(recording.outputs.secretKey, secret);
    assert.doesNotMatch(JSON.stringify(recording), /bm90IGEg/);
  });

  it("passes on structured config", () => {
    assert.deepEqual(recording.outputs.limits, [1, 2]);
  });
});

describe("transforms", () => {
  let recording: Recording;
  before(async () => {
    recording = await record("transforms");
  });

  it("apply to a component's children before those of the stack", () => {
    assert.deepEqual(find(recording, "pair-first").inputs, { tags: { owner: "stack" } });
    assert.deepEqual(find(recording, "pair-second").inputs, { delaySeconds: 5, tags: { owner: "stack" } });
    assert.equal(find(recording, "pair-first").protect, true);
  });

  it("apply in their older form too", () => {
    assert.deepEqual(find(recording, "topic").inputs, { displayName: "old way" });
  });

  it("apply to invokes", () => {
    assert.equal(recording.outputs.principal, "lambda.amazonaws.com");
  });

  it("leave hooks recorded and say that they do not run", () => {
    assert.deepEqual(find(recording, "topic").hooks, ["tell"]);
    assert.deepEqual(recording.diagnostics, [
      { severity: "warning", message: "Resource hooks run in deployments only; not run here: tell" },
    ]);
  });
});
