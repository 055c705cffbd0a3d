/** Every component against providers that leave out what they may: in a preview no failure, in a deployment a message or nothing. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Monitoring } from "../../infra/monitoring/monitoring.ts";
import { ApiDomain } from "../../packages/components/api-domain.ts";
import { AtlasCollection } from "../../packages/components/atlas-collection.ts";
import { AtlasDatabase } from "../../packages/components/atlas-database.ts";
import { Bucket } from "../../packages/components/bucket.ts";
import { DynamoTable } from "../../packages/components/dynamo-table.ts";
import { BucketEventSource } from "../../packages/components/event-source-bucket.ts";
import { QueueEventSource } from "../../packages/components/event-source-queue.ts";
import { HttpApi } from "../../packages/components/http-api.ts";
import { LambdaFunction } from "../../packages/components/lambda-function.ts";
import { Mistake } from "../../packages/components/mistake.ts";
import { Network } from "../../packages/components/network.ts";
import { Queue } from "../../packages/components/queue.ts";
import { Schedule } from "../../packages/components/schedule.ts";
import { declare } from "../../packages/components/tests/support/declare.ts";
import { Tracing } from "../../packages/components/tracing.ts";
import { recordedHere, recordedOnce } from "../../packages/tandem/tests/support/recordings.ts";

const REGION = "eu-central-1";
const ENTRY = "packages/components/tests/fixtures/hello.ts";
const shared = { organizationId: "5f0c0ffee0c0ffee0c0ffee0", region: REGION, tier: "M0" } as const;
const dedicated = { ...shared, tier: "M30", alertEmail: "ops@example.com", protect: true } as const;

const network = () => new Network("network", { cidrBlock: "10.0.0.0/16", zones: 2, region: REGION });
const work = (name = "work") => new LambdaFunction(name, { entry: ENTRY });
const privately = () => {
  const { connectionString } = new AtlasDatabase("orders", { ...dedicated, network: network() });
  return { connectionString };
};

/** What each deployment says, by the depth from which answers lack their parts; undefined where it needs none of them. */
const components: Record<string, { program: () => unknown; messages?: Record<number, RegExp> }> = {
  "AtlasDatabase on a shared tier": {
    program: () => ({ text: new AtlasDatabase("orders", shared).connectionString }),
    messages: {
      1: /^Atlas gave no address for cluster "orders" yet; run the deployment again with --refresh$/,
      2: /^Atlas gave no address for cluster "orders" yet; run the deployment again with --refresh$/,
    },
  },
  AtlasCollection: {
    program: () => void new AtlasCollection("notes", { cluster: new AtlasDatabase("orders", shared) }),
    messages: { 1: /^Atlas gave no address/, 2: /^Atlas gave no address/ },
  },
  "AtlasDatabase in a network": {
    program: privately,
    messages: {
      // The network itself knows no subnets.
      1: /^(AWS named no subnet of network "network"|Atlas gave no private address for orders-link)/,
      2: /^Atlas gave no private address for orders-link through endpoint vpce-\w+\. It can take Atlas an hour/,
      3: /^Atlas gave no private address for orders-link through endpoint vpce-\w+\. It can take Atlas an hour/,
      4: /^Atlas gave no private address for orders-link through endpoint vpce-\w+\. It can take Atlas an hour/,
    },
  },
  ApiDomain: {
    program: () => {
      const zoneId = "Z0123456789ABCDEFGHIJ";
      new ApiDomain("domain", { name: "api.example.com", zoneId, apiId: "a", stageName: "$default" });
    },
    messages: {
      1: /^AWS does not say (how to prove that api\.example\.com is yours|yet where api\.example\.com leads)/,
      2: /^AWS does not say (how to prove that api\.example\.com is yours|yet where api\.example\.com leads)/,
    },
  },
  Network: {
    program: network,
    messages: { 1: /^AWS named no subnet of network "network"; run the deployment/ },
  },
  Bucket: { program: () => new Bucket("imports", { protect: true, accessLog: true }) },
  DynamoTable: { program: () => new DynamoTable("visits", { partitionKey: { name: "year", type: "N" } }) },
  LambdaFunction: { program: work },
  Queue: { program: () => new Queue("changes", { visibilityTimeout: 60 }) },
  HttpApi: {
    program: () => new HttpApi("api", { routes: { "GET /": work() }, authorizer: { type: "iam" } }),
  },
  BucketEventSource: {
    program: () =>
      new BucketEventSource("in", { bucket: new Bucket("b"), function: work(), prefix: "", suffix: "" }),
  },
  QueueEventSource: {
    program: () => {
      const queue = new Queue("changes", { visibilityTimeout: 600 });
      new QueueEventSource("changes", { queue, function: work() });
    },
  },
  Schedule: { program: () => new Schedule("nightly", { function: work(), expression: "rate(1 day)" }) },
  "Monitoring and Tracing": {
    program: () => {
      work();
      new AtlasDatabase("orders", { ...shared });
      new DynamoTable("visits", { partitionKey: { name: "year", type: "N" } });
      new Monitoring("monitoring", { region: REGION, dashboard: true, alarmEmail: "ops@example.com" });
      new Tracing("tracing");
    },
    messages: { 1: /^Atlas gave no address/, 2: /^Atlas gave no address/ },
  },
};

const depths = [1, 2, 3, 4];

it("the components whose outputs parts are left out of are all that there are", async () => {
  const folders = ["infra", "packages/components"];
  const sources = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(path.join(folder, file), "utf8")),
  );
  const classes = sources.flatMap((source) =>
    [...source.matchAll(/super\("(tandem:[\w:]+)"/g)].map(([, type]) => type),
  );
  const made = new Set<string>();
  for (const { program } of Object.values(components)) {
    const { recording } = await declare(() => void program());
    for (const { type } of recording.resources) made.add(type);
  }
  assert.ok(classes.length > 15, String(classes.length));
  assert.deepEqual(
    classes.filter((type) => type === undefined || !made.has(type)),
    [],
  );
});

for (const [name, { program, messages = {} }] of Object.entries(components)) {
  describe(`${name}, of whose outputs parts are left out`, () => {
    const run = () => void program();

    it("can be previewed, deployed already or not", async () => {
      for (const leaveOutFrom of depths) {
        for (const deployed of [true, false]) {
          const { recording } = await declare(run, { preview: true, deployed, leaveOutFrom });
          assert.deepEqual(recording.diagnostics, [], `depth ${leaveOutFrom}`);
        }
      }
    });

    for (const leaveOutFrom of depths) {
      const message = messages[leaveOutFrom];
      it(`is deployed ${message ? "or told to wait" : "all the same"} at depth ${leaveOutFrom}`, async () => {
        const deployment = declare(run, { leaveOutFrom });
        if (message === undefined) return void (await deployment);
        await assert.rejects(deployment, (error: Error) => {
          assert.ok(error instanceof Mistake, String(error.stack));
          assert.match(error.message, message);
          return true;
        });
      });
    }
  });
}

describe("AtlasDatabase whose private address is late", () => {
  it("stands in a preview with an address that says so", async () => {
    for (const leaveOutFrom of [2, 3, 4]) {
      const options = { preview: true, deployed: true, leaveOutFrom };
      const { recording } = await declare(privately, options);
      assert.match(
        String(recording.outputs.connectionString),
        /^mongodb\+srv:\/\/known-after-deployment\/orders\?authMechanism=MONGODB-AWS&/,
      );
    }
  });
});

describe("the programs, of whose providers' answers parts are left out", () => {
  const folders = { program: process.cwd(), bootstrap: path.resolve("packages/bootstrap") };
  const cases = [
    // Its components are above, and those of stack prod, at every depth.
    { cwd: folders.program, stack: "dev", at: [1] },
    { cwd: folders.program, stack: "prod", at: depths },
    {
      cwd: folders.bootstrap,
      stack: "account",
      config: { repository: "acme/shop", service: "shop" },
      at: depths,
    },
  ];
  for (const { at, ...program } of cases) {
    it(`can be previewed when they are deployed: stack ${program.stack}`, async () => {
      const whole = await recordedOnce(program);
      for (const leaveOutFrom of at) {
        const preview = await recordedHere(whole, { preview: true, deployed: true, leaveOutFrom });
        assert.equal(preview.resources.length, whole.resources.length);
      }
    });
  }
});
