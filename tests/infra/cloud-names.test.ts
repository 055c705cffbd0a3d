import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Monitoring } from "../../infra/monitoring/monitoring.ts";
import { AtlasDatabase } from "../../packages/components/atlas-database.ts";
import { Bucket } from "../../packages/components/bucket.ts";
import { DynamoTable } from "../../packages/components/dynamo-table.ts";
import { BucketEventSource } from "../../packages/components/event-source-bucket.ts";
import { HttpApi } from "../../packages/components/http-api.ts";
import { LambdaFunction } from "../../packages/components/lambda-function.ts";
import { Queue } from "../../packages/components/queue.ts";
import { Schedule } from "../../packages/components/schedule.ts";
import { declare } from "../../packages/components/tests/support/declare.ts";
import { Tracing } from "../../packages/components/tracing.ts";
import { cloudNameMistake, renamedMistake } from "../../packages/tandem/scaffold/cloud-names.ts";

const REGION = "eu-central-1";
const work = () => new LambdaFunction("work", { entry: "functions/hello/hello.ts" });

/** Every class that makes names of its own, with all that is optional. */
const components: Record<string, (name: string) => unknown> = {
  LambdaFunction: (name) => new LambdaFunction(name, { entry: "functions/hello/hello.ts" }),
  DynamoTable: (name) => new DynamoTable(name, { partitionKey: { name: "year", type: "N" } }),
  Bucket: (name) => new Bucket(name, { accessLog: true }),
  Queue: (name) => new Queue(name, { visibilityTimeout: 60 }),
  Schedule: (name) => new Schedule(name, { function: work(), expression: "rate(1 day)" }),
  BucketEventSource: (name) =>
    new BucketEventSource(name, { bucket: new Bucket("b"), function: work(), prefix: "", suffix: "" }),
  AtlasDatabase: (name) =>
    new AtlasDatabase(name, { organizationId: "5f0c0ffee0c0ffee0c0ffee0", region: REGION, tier: "M0" }),
  HttpApi: (name) => new HttpApi(name, { routes: {}, authorizer: { type: "open" } }),
  Monitoring: (name) =>
    new Monitoring(name, { region: REGION, dashboard: true, alarmEmail: "ops@example.com" }),
  Tracing: (name) => new Tracing(name),
};

describe("names that npm run new gives", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-names-"));
    cpSync("packages/components/name-rules.ts", path.join(folder, "packages/components/name-rules.ts"));
    writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: tandem\n");
    writeFileSync(path.join(folder, "Pulumi.dev.yaml"), "config: {}\n");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  for (const [className, make] of Object.entries(components)) {
    it(`are told of as a ${className} tells of them when the program runs`, async () => {
      const names = [
        "a.b",
        "a_b",
        "aB",
        "2a",
        "timekeeping-2",
        ...[10, 20, 40, 60, 80].map((n) => "n".repeat(n)),
      ];
      const ends = [...Array(256).keys()].map((n) => "n".repeat(n + 1));
      const longest = ends.findLast((name) => cloudNameMistake(folder, className, name) === undefined) ?? "";
      for (const name of [...names, longest, `${longest}n`]) {
        const failure = await declare(() => void make(name)).then(
          () => undefined,
          (error: Error) => error.message,
        );
        assert.equal(
          cloudNameMistake(folder, className, name) === undefined,
          failure === undefined,
          `${name}: ${failure}`,
        );
      }
    });
  }

  it("are looked at in every stack that has a file", () => {
    assert.equal(cloudNameMistake(folder, "LambdaFunction", "f".repeat(53)), undefined);
    writeFileSync(path.join(folder, "Pulumi.prod.yaml"), "config: {}\n");
    assert.match(
      cloudNameMistake(folder, "LambdaFunction", "f".repeat(53)) ?? "",
      /^The name "tandem-prod-f+" of a function has 65 characters; Lambda takes 64\./,
    );
  });

  it("are looked at in the whole program before it gets another name", () => {
    writeFileSync(path.join(folder, "index.ts"), 'new Bucket("imports");\nnew Tracing("tracing", {});\n');
    assert.equal(renamedMistake(folder, "shop"), undefined);
    assert.match(renamedMistake(folder, "My") ?? "", /^The name "My-dev-imports" of a bucket holds "M"/);
    assert.match(
      renamedMistake(folder, "a".repeat(21)) ?? "",
      /of a sampling rule has 33 characters; X-Ray takes 32/,
    );
    writeFileSync(path.join(folder, "index.ts"), 'const orders = new AtlasDatabase("orders", {});\n');
    assert.match(
      renamedMistake(folder, "eighteen-letters-x") ?? "",
      /^The name "eighteen-letters-x-dev-orders" of a cluster ends with a hyphen where Atlas cuts it, after 23 characters/,
    );
  });
});
