import assert from "node:assert/strict";
import { createRequire } from "node:module";
import type { PolicyResource } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { check } from "../../policies/check.ts";
import { engineRecording } from "../../policies/engine-recording.ts";

/** How the SDK wraps what a preview does not know; it publishes no types of this. */
const { unknownCheckingProxy, unknownStringValue } = createRequire(import.meta.url)(
  "@pulumi/policy/proxy.js",
) as {
  unknownCheckingProxy<T extends object>(values: T): T;
  unknownStringValue: string;
};

const identity = { project: "tandem", stack: "prod", config: { "tandem:production": true } };

describe("engineRecording", () => {
  it("keeps what rules ask for: type, name, values, parent, protection and who points at whom", () => {
    const parent = resource("tandem:aws:Queue", "changes", {});
    const deadLetters = resource("aws:sqs/queue:Queue", "dead-letters", {});
    const queue: PolicyResource = {
      ...resource("aws:sqs/queue:Queue", "changes", {
        name: "tandem-changes",
        tags: ["a", { b: null }],
        gone: undefined,
      }),
      parent,
      dependencies: [deadLetters],
      propertyDependencies: { redrivePolicy: [deadLetters] },
    };
    queue.opts.protect = true;
    const [, recorded] = engineRecording([parent, queue], identity).resources;
    assert.deepEqual(recorded, {
      urn: "urn:aws:sqs/queue:Queue::changes",
      type: "aws:sqs/queue:Queue",
      name: "changes",
      parent: "urn:tandem:aws:Queue::changes",
      custom: false,
      remote: false,
      read: false,
      inputs: { name: "tandem-changes", tags: ["a", {}] },
      outputs: { name: "tandem-changes", tags: ["a", {}] },
      protect: true,
      retainOnDelete: false,
      dependencies: ["urn:aws:sqs/queue:Queue::dead-letters"],
      propertyDependencies: { redrivePolicy: ["urn:aws:sqs/queue:Queue::dead-letters"] },
      aliases: [],
      ignoreChanges: [],
    });
  });

  it("takes the outputs of the program from the stack, which is no resource of its own", () => {
    const stack = resource("pulumi:pulumi:Stack", "tandem-prod", { apiUrl: "https://api.example.com" });
    const { resources, outputs } = engineRecording([stack], identity);
    assert.deepEqual(resources, []);
    assert.deepEqual(outputs, { apiUrl: "https://api.example.com" });
  });

  it("marks what a preview does not know, wherever it stands", () => {
    const props = unknownCheckingProxy({
      arn: unknownStringValue,
      environment: { variables: { TABLE: unknownStringValue, LEVEL: "INFO" } },
      layers: ["one", unknownStringValue],
    });
    const [lambda] = engineRecording(
      [resource("aws:lambda/function:Function", "hello", props)],
      identity,
    ).resources;
    const unknown = { $: "unknown" };
    assert.deepEqual(lambda?.inputs, {
      arn: unknown,
      environment: { variables: { TABLE: unknown, LEVEL: "INFO" } },
      layers: ["one", unknown],
    });
  });

  it("says of code only that it is there", () => {
    const code = new pulumi.asset.AssetArchive({
      "index.js": new pulumi.asset.StringAsset("exports.handler = 1"),
    });
    const source = new pulumi.asset.StringAsset("text");
    const [lambda] = engineRecording(
      [resource("aws:lambda/function:Function", "hello", { code, source })],
      identity,
    ).resources;
    assert.deepEqual(lambda?.inputs, { code: { $: "archive" }, source: { $: "asset" } });
  });

  it("takes what a cloud never tells for unknown, and for what it is where the program says it", () => {
    const type = "mongodbatlas:index/advancedCluster:AdvancedCluster";
    const read = (props: Record<string, unknown>) =>
      engineRecording([resource(type, "barns", props)], identity).resources[0]?.inputs.retainBackupsEnabled;
    assert.deepEqual(read({ backupEnabled: true }), { $: "unknown" });
    assert.equal(read({ retainBackupsEnabled: false }), false);
    assert.equal(read({ retainBackupsEnabled: true }), true);
  });

  it("lets the rules find what is wrong, and blame nothing that is not known", () => {
    const table = unknownCheckingProxy({
      billingMode: "PAY_PER_REQUEST",
      deletionProtectionEnabled: false,
      pointInTimeRecovery: unknownStringValue,
    });
    const { violations } = check(
      engineRecording([resource("aws:dynamodb/table:Table", "motors", table)], identity),
    );
    assert.deepEqual(
      violations.map(({ rule }) => rule),
      ["dynamodb/deletion-protection", "pulumi/protect"],
    );
  });
});

function resource(type: string, name: string, props: Record<string, unknown>): PolicyResource {
  return {
    type,
    name,
    urn: `urn:${type}::${name}`,
    props,
    opts: {
      protect: false,
      ignoreChanges: [],
      aliases: [],
      additionalSecretOutputs: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    },
    dependencies: [],
    propertyDependencies: {},
    isType: () => false,
    asType: () => undefined,
  };
}
