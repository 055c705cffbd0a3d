import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { recordProgram } from "../../program/record-program.ts";
import type { Recording } from "../../program/recording.ts";
import { find, fixture, names } from "./fixtures.ts";

const record = (name: string, stack = "dev") => recordProgram({ cwd: fixture(name), stack });

describe("recordProgram", () => {
  describe("a table in an ES module", () => {
    let recording: Recording;
    before(async () => {
      recording = await record("esm-table");
    });

    it("tells project, stack, folder and the file it loaded", () => {
      assert.equal(recording.project, "inventory");
      assert.equal(recording.stack, "dev");
      assert.equal(recording.cwd, fixture("esm-table"));
      assert.deepEqual(recording.sources, [`${fixture("esm-table")}/index.ts`]);
    });

    it("passes on config of the stack and defaults of the project", () => {
      assert.deepEqual(recording.config, { "inventory:owner": "shop", "aws:region": "eu-central-1" });
    });

    it("records exactly the one resource, without the stack itself", () => {
      assert.equal(recording.resources.length, 1);
      assert.deepEqual(recording.resources[0], {
        urn: "urn:pulumi:dev::inventory::aws:dynamodb/table:Table::stock",
        type: "aws:dynamodb/table:Table",
        name: "stock",
        parent: "urn:pulumi:dev::inventory::pulumi:pulumi:Stack::inventory-dev",
        custom: true,
        remote: false,
        read: false,
        id: "inventory-dev-stock",
        inputs: {
          name: "inventory-dev-stock",
          attributes: [{ name: "sku", type: "S" }],
          hashKey: "sku",
          billingMode: "PAY_PER_REQUEST",
          tags: { owner: "shop" },
        },
        outputs: {
          name: "inventory-dev-stock",
          attributes: [{ name: "sku", type: "S" }],
          hashKey: "sku",
          billingMode: "PAY_PER_REQUEST",
          tags: { owner: "shop" },
          arn: "arn:aws:dynamodb:eu-central-1:123456789012:table/inventory-dev-stock",
        },
        protect: true,
        retainOnDelete: false,
        dependencies: [],
        propertyDependencies: {},
        aliases: [],
        ignoreChanges: [],
      });
    });

    it("takes the named exports as stack outputs", () => {
      assert.deepEqual(recording.outputs, {
        tableName: "inventory-dev-stock",
        tableArn: "arn:aws:dynamodb:eu-central-1:123456789012:table/inventory-dev-stock",
      });
    });

    it("records the same twice", async () => {
      assert.deepEqual(await record("esm-table"), recording);
    });

    it("lets the caller's config go before the stack's file", async () => {
      const { outputs } = await recordProgram({
        cwd: fixture("esm-table"),
        stack: "dev",
        config: { "aws:region": "us-west-2", owner: "somebody" },
      });
      assert.equal(outputs.tableArn, "arn:aws:dynamodb:us-west-2:123456789012:table/inventory-dev-stock");
    });
  });

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

    it("hands protection and provider down to what custom resources there are", () => {
      const queue = find(recording, "desk-mail", "aws:sqs/queue:Queue");
      assert.equal(queue.protect, true);
      assert.match(queue.provider ?? "", /::pulumi:providers:aws::ireland::/);
      assert.equal(find(recording, "key").protect, false);
      assert.equal(find(recording, "key").provider, undefined);
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
        [
          find(recording, "desk-mail-dead").urn,
          find(recording, "desk-mail", "aws:sqs/queue:Queue").urn,
        ].sort(),
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

    it("keeps what else the options say", () => {
      assert.deepEqual(find(recording, "desk-mail", "aws:sqs/queue:Queue").ignoreChanges, ["tags"]);
      assert.equal(find(recording, "key").retainOnDelete, true);
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

  describe("a CommonJS program with enums and imports without extensions", () => {
    let recording: Recording;
    before(async () => {
      recording = await record("commonjs");
    });

    it("runs it as Pulumi does and takes what its function resolves to", () => {
      assert.deepEqual(recording.outputs, {
        bucket: "files-8c051e5",
        stack: "dev",
        files: 2,
        store: "shelf",
      });
      assert.deepEqual(find(recording, "files").inputs, { tags: { kind: "private" } });
    });

    it("names every file it loaded", () => {
      const folder = fixture("commonjs");
      const expected = ["index.ts", "lib/names.ts", "lib/store/index.ts"].map((file) => `${folder}/${file}`);
      assert.deepEqual(recording.sources, expected);
    });
  });

  it("runs the main file of package.json, with module.exports as outputs", async () => {
    const { outputs } = await record("javascript");
    assert.deepEqual(outputs, { topic: "arn:aws:sns:us-east-1:123456789012:news-ab10b76" });
  });

  describe("a program in a folder of its own, with stack files in another", () => {
    let recording: Recording;
    before(async () => {
      recording = await record("main-folder", "live");
    });

    it("runs in the program's folder and takes what the default export resolves to", () => {
      assert.deepEqual(recording.outputs, {
        folder: "infrastructure",
        endpoint: "site-of-the-shop.s3-website.us-west-2.amazonaws.com",
      });
    });

    it("wraps assets and archives, with paths relative to the project", () => {
      const source = (name: string) => find(recording, name).inputs.source;
      assert.deepEqual(source("page"), { $: "asset", path: "infrastructure/site/index.html" });
      assert.deepEqual(source("note"), { $: "asset", text: "Hello" });
      assert.deepEqual(source("logo"), { $: "asset", uri: "https://example.com/logo.svg" });
      assert.deepEqual(find(recording, "render").inputs.code, {
        $: "archive",
        assets: {
          "index.js": { $: "asset", text: "exports.handler = async () => 1;" },
          site: { $: "archive", path: "infrastructure/site" },
          more: { $: "archive", uri: "https://example.com/more.zip" },
        },
      });
    });

    it("wraps a resource that is given where an id would do", () => {
      const bucket = find(recording, "site");
      assert.deepEqual(find(recording, "note").inputs.bucket, {
        $: "resource",
        urn: bucket.urn,
        id: "site-of-the-shop",
      });
      assert.deepEqual(find(recording, "note").dependencies, [bucket.urn]);
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

  describe("a private network with a database behind an endpoint", () => {
    let recording: Recording;
    before(async () => {
      recording = await record("network");
    });

    it("gives the network's subnets and route tables, though its component does not expand", () => {
      const network = find(recording, "net");
      assert.equal(network.remote, true);
      assert.equal((recording.outputs.subnets as string[]).length, 2);
      const { routeTableIds } = find(recording, "dynamodb").inputs;
      assert.equal((routeTableIds as string[]).length, 2);
      for (const id of routeTableIds as string[]) assert.match(id, /^rtb-[0-9a-f]{17}$/);
      assert.deepEqual(network.outputs.publicSubnetIds, []);
      assert.deepEqual(network.outputs.natGateways, []);
      assert.equal(network.outputs.internetGateway, undefined);
    });

    it("records nothing that the program did not declare itself", () => {
      assert.deepEqual(
        recording.resources.filter(({ type }) => /subnet|routeTable/.test(type)),
        [],
      );
    });

    it("knows the private address of the cluster only after the endpoint is connected", () => {
      assert.match(
        String(recording.outputs.publicAddress),
        /^mongodb\+srv:\/\/books\.[0-9a-f]{5}\.mongodb\.net$/,
      );
      assert.equal(recording.outputs.before, 0);
      const [endpoint, ...others] = recording.outputs.after as { [key: string]: unknown }[];
      assert.equal(others.length, 0);
      assert.deepEqual(endpoint?.endpoints, [
        { endpointId: recording.outputs.doorId, providerName: "AWS", region: "EU_CENTRAL_1" },
      ]);
      assert.match(
        String(endpoint?.srvConnectionString),
        /^mongodb\+srv:\/\/books-pl-0\.[0-9a-f]{5}\.mongodb\.net$/,
      );
    });

    it("names one prefix list wherever it is asked for", () => {
      assert.equal(recording.outputs.samePrefixList, recording.outputs.prefixList);
    });
  });

  describe("a program that uses what is loaded on first use only", () => {
    let recording: Recording;
    before(async () => {
      recording = await record("stand-ins");
    });

    it("makes, extends and reads resources as with the classes themselves", () => {
      assert.deepEqual(recording.outputs.instances, [true, true, true, true, false, true]);
      assert.equal(recording.outputs.own, true);
      assert.deepEqual(recording.outputs.statics, [true, "function", "function"]);
      assert.deepEqual(find(recording, "extended").inputs.orgId, "o");
      assert.equal(find(recording, "read").read, true);
    });

    it("looks into a service's module as into the module itself", () => {
      assert.deepEqual(recording.outputs.namespaces, [true, true, "function"]);
      assert.deepEqual(recording.outputs.principal, { Service: "lambda.amazonaws.com" });
    });

    it("gets resources it did not make, though it never loaded their module", () => {
      const tables = recording.outputs.routeTables as string[][];
      assert.equal(tables.length, 2);
      for (const [id, vpc] of tables) {
        assert.match(id ?? "", /^rtb-/);
        assert.equal(vpc, recording.outputs.vpcId);
      }
    });
  });

  describe("a program that goes on after its last line", () => {
    it("records what timers and the end of the event loop declare", async () => {
      assert.deepEqual(names(await record("late")), ["by-timer", "at-the-end"]);
    });

    it("keeps what it logs as diagnostics, and hands on what it prints", async () => {
      const printed: string[] = [];
      const { diagnostics } = await recordProgram({
        cwd: fixture("late"),
        stack: "dev",
        onOutput: (text) => printed.push(text),
      });
      assert.deepEqual(diagnostics, [
        { severity: "info", message: "told" },
        { severity: "warning", message: "warned" },
        { severity: "warning", message: "Undefined value (nothing) will not show as a stack output." },
      ]);
      assert.equal(printed.join(""), "a line on stdout\n");
    });
  });

  it("answers stack references from what the caller knows, secrets staying secret", async () => {
    const { outputs, resources } = await recordProgram({
      cwd: fixture("stack-reference"),
      stack: "dev",
      stackReferences: {
        "acme/network/dev": { subnet: "subnet-1", password: { $: "secret", value: "hidden" } },
      },
    });
    assert.deepEqual(outputs, {
      subnet: "subnet-1",
      password: { $: "secret", value: "hidden" },
      missing: true,
    });
    assert.deepEqual(
      resources.map(({ type, read }) => ({ type, read })),
      [{ type: "pulumi:pulumi:StackReference", read: true }],
    );
  });

  it("leaves unknown in a preview what only the cloud knows", async () => {
    const { resources, outputs } = await recordProgram({
      cwd: fixture("esm-table"),
      stack: "dev",
      preview: true,
    });
    assert.equal(resources[0]?.id, undefined);
    assert.equal(resources[0]?.outputs.arn, undefined);
    assert.deepEqual(outputs, { tableName: "inventory-dev-stock", tableArn: { $: "unknown" } });
  });

  it("leaves nothing in the program's folder", async () => {
    await record("commonjs");
    assert.equal(existsSync(`${fixture("commonjs")}/node_modules`), false);
  });
});
