// #region books, movies
import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

import type { CloudResource } from "../../packages/tandem/operations/engine/cloud/store.ts";
import { Engine, isEngineHere } from "../../packages/tandem/operations/engine/engine.ts";
import {
  assertInStep,
  expectNoChanges,
  initialise,
  secretSettings,
  setTags,
  stateOf,
  succeed,
  thingsOf,
  up,
} from "./stack.ts";

describe("the program on an engine", function () {
  this.timeout(20 * 60_000);
  let engine: Engine;
  let folder: string;

  before(async function () {
    if (!isEngineHere()) this.skip();
    engine = await Engine.start();
    folder = engine.project("project");
  });

  after(() => engine?.stop());

  for (const [stack, resources] of [
    ["dev", 201],
    ["prod", 335],
  ] as const) {
    describe(stack, () => {
      it("is deployed", async () => {
        await initialise(engine, folder, stack);
        const { output } = await succeed(up(engine, folder, stack));
        assert.match(output, new RegExp(`\\+ ${resources} created`));
        await assertInStep(engine, folder, stack);
      });

      it("has nothing left to do in a second preview", () => expectNoChanges(engine, folder, stack));

      it("has nothing to do for somebody else with a checkout elsewhere", async () => {
        const other = engine.project(`other-${stack}`, folder);
        cpSync(path.join(folder, `Pulumi.${stack}.yaml`), path.join(other, `Pulumi.${stack}.yaml`));
        await succeed(engine.pulumiOfAnother(other, "preview", "--stack", stack, "--expect-no-changes"));
      });

      it("reads nothing new in a refresh", async () => {
        const args = ["--stack", stack, "--yes", "--skip-preview", "--expect-no-changes"];
        await succeed(engine.pulumi(folder, "refresh", ...args));
      });

      it("lets one of two deployments at once through, and tells the other who is at it", async () => {
        const both = await Promise.all([up(engine, folder, stack), up(engine, folder, stack)]);
        const [through, refused] = both[0].status === 0 ? both : [both[1], both[0]];
        assert.equal(through.status, 0, through.output);
        if (refused.status !== 0) assert.match(refused.output, /the stack is currently locked by 1 lock/);
      });

      it("passes its own policies as the engine applies them", async () => {
        const args = ["--stack", stack, "--policy-pack", "policies", "--expect-no-changes"];
        const { output } = await succeed(engine.pulumi(folder, "preview", ...args));
        assert.match(output, /tandem/);
      });
    });
  }

  // A suite of its own: mocha runs tests before suites.
  describe("in the end", () => {
    it("keeps a secret that only a provider takes readable neither in its state nor in its output", async () => {
      const canary = "canary-7d1f0c55";
      const args = ["config", "set", "--secret", "mongodbatlas:clientSecret", canary, "--stack", "dev"];
      await succeed(engine.pulumi(folder, ...args));
      const { output } = await succeed(
        engine.pulumi(folder, "up", "--stack", "dev", "--yes", "--skip-preview", "--diff"),
      );
      assert.ok(!output.includes(canary), output);
      const { stdout } = await succeed(engine.pulumi(folder, "stack", "export", "--stack", "dev"));
      assert.match(stdout, /"clientSecret": \{/);
      assertNowhere(canary);
    });

    it("keeps secrets that the program hands on readable nowhere either: organisation and alarm address", async () => {
      for (const canary of Object.values(secretSettings)) assertNowhere(canary);
      const changed = "canary-66c0d3aa@tandem.test";
      const file = path.join(folder, "Pulumi.prod.yaml");
      const before = readFileSync(file, "utf8");
      await succeed(
        engine.pulumi(folder, "config", "set", "--secret", "alarmEmail", changed, "--stack", "prod"),
      );
      const { output } = await succeed(engine.pulumi(folder, "preview", "--stack", "prod", "--diff"));
      writeFileSync(file, before);
      assert.match(output, /endpoint *: \[secret\]/);
      for (const canary of [changed, ...Object.values(secretSettings)]) {
        assert.ok(!output.includes(canary), output);
      }
    });

    it("refuses a secret of which it makes something, and does not tell it", async () => {
      const file = path.join(folder, "Pulumi.prod.yaml");
      const before = readFileSync(file, "utf8");
      await succeed(
        engine.pulumi(folder, "config", "set", "--secret", "rateLimit", "7193", "--stack", "prod"),
      );
      const { status, output } = await engine.pulumi(folder, "preview", "--stack", "prod");
      writeFileSync(file, before);
      assert.notEqual(status, 0);
      assert.match(output, /tandem:rateLimit is a secret, but names, numbers and tags/);
      assert.ok(!output.includes("7193"), output);
    });

    it("does not give the data of production away", async () => {
      const before = engine.resourcesOf().length;
      const { status, output } = await engine.pulumi(
        folder,
        ...["destroy", "--stack", "prod", "--yes", "--skip-preview"],
      );
      assert.notEqual(status, 0);
      assert.match(output, /cannot be deleted\s+because it is protected/);
      const { deployment } = await stateOf(engine, folder, "prod");
      const kept = deployment.resources.filter(({ protect }) => protect).map(({ type }) => type);
      for (const type of [
        "dynamodb/table:Table",
        "index/advancedCluster:AdvancedCluster",
        "index/cloudBackupSchedule:CloudBackupSchedule",
        "s3/bucket:Bucket",
      ]) {
        assert.ok(
          kept.some((protectedType) => protectedType.endsWith(type)),
          type,
        );
        assert.ok(engine.resourcesOf().some((resource) => resource.type.endsWith(type)));
      }
      assert.ok(engine.resourcesOf().length <= before);
    });

    it("says after a change to a dedicated tier that a second deployment is due, until it is done", async () => {
      await succeed(engine.pulumi(folder, "config", "set", "atlasTier", "M10", "--stack", "dev"));
      for (const due of [true, false]) {
        await succeed(up(engine, folder, "dev"));
        const { output } = await succeed(engine.tandem(folder, "outputs", "--stack", "dev"));
        const sentence =
          /deploy once more\n.*cluster tandem-dev-books: point-in-time recovery is still off; a second deployment turns it on/;
        assert.equal(sentence.test(output), due, output);
      }
      await expectNoChanges(engine, folder, "dev");
    });

    it("keeps a table that was restored under its own name, and turns on what a restore leaves off", async () => {
      const isTable = ({ type, id }: CloudResource) =>
        type === "aws:dynamodb/table:Table" && id === "tandem-dev-movies";
      const [table] = engine.resourcesOf().filter(isTable);
      assert.ok(table);
      engine.byHand().remove(table);
      const look = ["refresh", "--stack", "dev", "--preview-only", "--expect-no-changes"];
      const drift = await engine.pulumi(folder, ...look);
      assert.notEqual(drift.status, 0);
      assert.match(drift.output, /- 1 to delete/);
      const left = { pointInTimeRecovery: { enabled: false }, deletionProtectionEnabled: false };
      engine.byHand().put({ ...table, inputs: { ...table.inputs, ...left } });
      const args = ["--stack", "dev", "--refresh", "--yes", "--skip-preview"];
      const { output } = await succeed(engine.pulumi(folder, "up", ...args));
      assert.match(output, /~ 1 updated/);
      assert.doesNotMatch(output, /\d (created|deleted|replaced)/);
      assert.deepEqual(engine.resourcesOf().filter(isTable), [table]);
    });

    it("takes dev away without a rest", async () => {
      await succeed(engine.pulumi(folder, "destroy", "--stack", "dev", "--yes", "--skip-preview"));
      assert.deepEqual(thingsOf(engine, "dev"), []);
    });
  });

  /** In no state of any stack that the backend keeps, old ones among them. */
  function assertNowhere(canary: string): void {
    const files = readdirSync(engine.backend, { recursive: true, encoding: "utf8" });
    const state = files.filter((file) => /\.json(\.bak)?$/.test(file));
    for (const stack of ["dev", "prod"]) assert.ok(state.some((file) => file.endsWith(`/${stack}.json`)));
    for (const file of state) {
      assert.ok(!readFileSync(path.join(engine.backend, file), "utf8").includes(canary), file);
    }
  }
});

describe("what begins a project, on an engine", function () {
  this.timeout(20 * 60_000);
  let engine: Engine;

  before(async function () {
    if (!isEngineHere()) this.skip();
    engine = await Engine.start();
  });

  after(() => engine?.stop());

  it("bootstrap: is deployed, has nothing left to do, and does not give the state away", async () => {
    const folder = path.join(engine.project("bootstrapped"), "packages/bootstrap");
    await succeed(engine.pulumi(folder, "stack", "init", "account"));
    const unset = await up(engine, folder, "account");
    assert.notEqual(unset.status, 0);
    assert.match(unset.output, /tandem-bootstrap:repository is "example\/tandem"; allowed: your own/);
    assert.match(unset.output, /allowed: tags with your own owner, no placeholder/);
    await succeed(
      engine.pulumi(folder, "config", "set", "repository", "tandem/tandem", "--stack", "account"),
    );
    await setTags(engine, folder, "account");
    await succeed(up(engine, folder, "account"));
    await assertInStep(engine, folder, "account");
    await expectNoChanges(engine, folder, "account");
    const args = ["--stack", "account", "--yes", "--skip-preview"];
    const { status, output } = await engine.pulumi(folder, "destroy", ...args);
    assert.notEqual(status, 0);
    assert.match(output, /because it is protected/);
    assert.ok(engine.resourcesOf().some(({ type }) => type === "aws:s3/bucket:Bucket"));
    assert.ok(engine.resourcesOf().some(({ type }) => type === "aws:kms/key:Key"));
  });

  it("rehearse: deploys production for practice, placeholders, secrets and all", async () => {
    const folder = engine.project("rehearsed");
    await succeed(engine.pulumi(folder, "stack", "init", "prod"));
    const secret = ["config", "set", "--secret", "alarmEmail", "ops@tandem.test", "--stack", "prod"];
    await succeed(engine.pulumi(folder, ...secret));
    const unknown = await engine.tandem(folder, "rehearse", "--stack", "prod");
    assert.match(unknown.output, /- engine: what is encrypted in Pulumi\.prod\.yaml is not read here/);
    mkdirSync(path.join(folder, ".local"));
    writeFileSync(path.join(folder, ".local/secrets.yaml"), "prod:\n  alarmEmail: ops@tandem.test\n");
    const { output } = await engine.tandem(folder, "rehearse", "--stack", "prod");
    assert.match(
      output,
      /✓ engine: 335 created, and nothing to do in a second preview \(with stand-ins for 5 placeholders\)/,
    );
    assert.match(output, /✗ configuration: tandem:atlasOrganization is the placeholder/);
  });

  it("the pack: a preview with it ends at what breaks a rule, and creates nothing", async () => {
    const folder = engine.project("broken");
    const bare = 'import * as aws from "@pulumi/aws";\nnew aws.sqs.Queue("bare", { name: "bare" });\n';
    appendFileSync(path.join(folder, "index.ts"), bare);
    await initialise(engine, folder, "dev");
    await succeed(engine.pulumi(folder, "preview", "--stack", "dev"));
    const before = engine.resourcesOf().length;
    const args = ["--stack", "dev", "--policy-pack", "policies"];
    const { status, output } = await engine.pulumi(folder, "preview", ...args);
    assert.notEqual(status, 0);
    assert.match(output, /\[mandatory\] {2}rules {2}\(aws:sqs:Queue: bare\)/);
    assert.match(output, /sqs\/tls-only .*bare: plain HTTP is let in/);
    assert.equal(engine.resourcesOf().length, before);
  });

  it("pulumi new: makes a project of another name, which is deployed under that name", async () => {
    const template = engine.project("template");
    rmSync(path.join(template, "node_modules"));
    const folder = path.join(engine.folder, "shop");
    const created = ["--dir", folder, "--name", "shop", "--stack", "dev", "--yes", "--generate-only"];
    await succeed(engine.pulumi(folder.replace(/shop$/, ""), "new", template, ...created));
    symlinkSync(path.resolve("node_modules"), path.join(folder, "node_modules"));
    const renamed = await succeed(
      engine.tandem(folder, "pulumi", "stack", "init", "dev", "--non-interactive"),
    );
    assert.match(renamed.output, /This project is called shop now/);
    await initialise(engine, folder, "dev", { made: true });
    const { output } = await succeed(up(engine, folder, "dev"));
    assert.match(output, /\+ 201 created/);
    const functions = engine.resourcesOf().filter(({ type }) => type === "aws:lambda/function:Function");
    assert.equal(functions.length, 15);
    for (const { id } of functions) assert.match(id, /^shop-dev-/);
  });
});
