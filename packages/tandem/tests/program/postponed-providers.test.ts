import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

describe("providers in a process of tests", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(path.resolve("node_modules/.cache/postponed-"));
  });

  after(() => rmSync(folder, { recursive: true }));

  it("load the services that are used, and no other", () => {
    const file = path.join(folder, "imports.test.mjs");
    writeFileSync(
      file,
      `import assert from "node:assert/strict";
       import { createRequire } from "node:module";
       import * as aws from "@pulumi/aws";
       const { cache } = createRequire(import.meta.url);
       const loaded = (service) => Object.keys(cache).some((file) => file.includes(\`@pulumi/aws/\${service}/\`) && !file.endsWith("index.js"));
       it("loads what is used", () => {
         assert.equal(loaded("sqs"), false);
         assert.equal(typeof aws.sqs.Queue, "function");
         assert.equal(aws.sqs.Queue.__pulumiType, "aws:sqs/queue:Queue");
         assert.deepEqual([loaded("sqs"), loaded("sns")], [true, false]);
       });`,
    );
    const { stdout, status } = spawnSync(process.execPath, ["node_modules/mocha/bin/mocha.js", file], {
      encoding: "utf8",
      env: { ...process.env, MOCHA_WORKER_ID: undefined },
    });
    assert.match(stdout, /1 passing/);
    assert.equal(status, 0);
  });
});
