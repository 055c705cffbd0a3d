// #region books, movies
/** Every command of docs/operations.md, typed on an engine as the page has it, in the order in which the page can be lived through. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { CloudResource } from "../../packages/tandem/operations/engine/cloud/store.ts";
import { Engine, isEngineHere } from "../../packages/tandem/operations/engine/engine.ts";
import { ACCOUNT_ID } from "../../packages/tandem/program/reading/arn.ts";
import { type CodeBlock, codeBlocks } from "../docs/markdown.ts";
import { assertInStep, expectNoChanges, initialise, succeed, thingsOf, up } from "./stack.ts";

const text = readFileSync(path.resolve("docs/operations.md"), "utf8");
const typed = new Set<CodeBlock>();
const blocks = codeBlocks(text).filter(({ commands }) => commands !== "");

/** What git asks a person for: a name, and an editor that keeps what it is given. */
const person = {
  ...{ GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@tandem.test" },
  ...{ GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@tandem.test", GIT_EDITOR: "true" },
};

const CLUSTER = "mongodbatlas:index/advancedCluster:AdvancedCluster";
const FUNCTION = "aws:lambda/function:Function";
const TABLE = "aws:dynamodb/table:Table";

describe("docs/operations.md on an engine", function () {
  this.timeout(20 * 60_000);
  let engine: Engine;
  let folder: string;

  before(async function () {
    if (!isEngineHere()) this.skip();
    engine = await Engine.start({ create: 50, cluster: 3000 });
    folder = engine.project("project");
    await succeed(
      type("git init -q -b main . && git init -q --bare ../remote && git remote add origin ../remote"),
    );
    for (const stack of ["dev", "prod"] as const) await initialise(engine, folder, stack);
    await succeed(type("git add -A && git commit -q -m settings && git push -q -u origin main"));
  });

  after(() => engine?.stop());

  function type(script: string) {
    // Whoever types says yes; a command that only looks does not ask, and refuses the answer.
    const yes = script.includes("--preview-only") ? {} : { PULUMI_SKIP_CONFIRMATIONS: "true" };
    return engine.script(folder, script, { ...person, ...yes });
  }

  /** The block of the page that has these words, with what it leaves to the person filled in. */
  function block(words: string, filledIn: Record<string, string> = {}): string {
    const found = blocks.find(({ commands }) => commands.includes(words));
    assert.ok(found, `docs/operations.md has no command with ${words}`);
    typed.add(found);
    const filled = found.commands.replaceAll(/<(\w+)>/g, (whole, name: string) => filledIn[name] ?? whole);
    assert.doesNotMatch(filled, /<\w+>/);
    return filled;
  }

  /** A command within a sentence of the page. */
  function inSentence(command: string): string {
    assert.ok(text.includes(`\`${command}\``), command);
    return command;
  }

  const one = (stack: string, kind: string, name: string): CloudResource => {
    const [resource] = thingsOf(engine, stack).filter(
      ({ type, inputs }) => type === kind && inputs.name === name,
    );
    assert.ok(resource, `${kind} ${name}`);
    return resource;
  };

  /** A deployment that is killed while Atlas makes the cluster. */
  async function killedUp(): Promise<void> {
    const run = up(engine, folder, "dev");
    while (!thingsOf(engine, "dev").some((resource) => resource.type === CLUSTER)) {
      assert.equal(await Promise.race([run.then(({ output }) => output), wait(20)]), undefined);
    }
    run.kill();
    await run;
  }

  describe("a killed `pulumi up`", () => {
    it("recover: says what became of each, waits for the cluster, and ends with an empty preview", async () => {
      await killedUp();
      const { output } = await succeed(type(block("npm run recover -- --stack dev")));
      assert.match(output, /\d+ pending in dev:/);
      assert.match(output, /The lock of process \d+, which is gone, is taken away\./);
      assert.match(output, /creating books-cluster \(\S+\): imported as \S+-tandem-dev-books/);
      assert.match(output, /The list is cleared, .*: npm run pulumi -- refresh --clear-pending-creates /);
      assert.match(output, /201 unchanged/);
      await assertInStep(engine, folder, "dev");
    });

    it("by hand: the same, with the terminal's questions out of the way", async function () {
      // What a terminal is asked: `script` gives the command one, with other options on a Mac.
      if (process.platform !== "linux") this.skip();
      await succeed(engine.pulumi(folder, "destroy", "--stack", "dev", "--yes", "--skip-preview"));
      await killedUp();
      await succeed(type(inSentence("npm run pulumi -- cancel --stack dev --yes")));
      const exported = await succeed(type(inSentence("npm run pulumi -- stack export --stack dev")));
      assert.match(exported.output, /"pending_operations": \[/);
      // The other imports, with the names and parents that the list has.
      const listed = await succeed(engine.tandem(folder, "recover", "--stack", "dev", "--dry-run"));
      const imports = [...listed.output.matchAll(/npm run pulumi -- import .*/g)].map(([command]) => command);
      for (const command of imports.filter((command) => !command.includes(CLUSTER))) {
        const { status, output } = await type(command);
        assert.ok(status === 0 || /does not exist/.test(output), output);
      }
      const cluster = one("dev", CLUSTER, "tandem-dev-books");
      const byHand = block("books-cluster <projectId>", { projectId: String(cluster.inputs.projectId) });
      const [first = "", then] = byHand.split(/(?=^# Once Atlas shows the cluster ready)/m);
      assert.ok(then);
      engine.byHand().put({ ...cluster, readyAt: Date.now() + 3_600_000 });
      await succeed(type(first));
      engine.byHand().put({ ...cluster, readyAt: 0 });
      const script = path.join(engine.folder, "by-hand.sh");
      writeFileSync(script, `set -e\n${then}`);
      await succeed(type(`script --quiet --return --command "sh ${script}" /dev/null < /dev/null`));
      await expectNoChanges(engine, folder, "dev");
      await assertInStep(engine, folder, "dev");
    });
  });

  describe("rollback", () => {
    it("brings the older function back, and leaves data alone", async () => {
      const code = () => one("dev", FUNCTION, "tandem-dev-hello").inputs.code;
      const tables = () => thingsOf(engine, "dev").filter((resource) => resource.type === TABLE);
      const before = { code: code(), tables: tables() };
      const handler = path.join(folder, "functions/hello/hello.ts");
      writeFileSync(handler, readFileSync(handler, "utf8").replace("Hello from Lambda!", "Goodbye!"));
      await succeed(type("git commit -q -a -m goodbye"));
      await succeed(up(engine, folder, "dev"));
      assert.notEqual(code(), before.code);
      await succeed(type(block("git revert", { commit: "HEAD" })));
      assert.equal(
        (await type("git rev-parse HEAD")).stdout,
        (await type("git rev-parse origin/main")).stdout,
      );
      await succeed(up(engine, folder, "dev"));
      assert.deepEqual({ code: code(), tables: tables() }, before);
    });
  });

  describe("production", () => {
    before(async () => {
      await succeed(up(engine, folder, "prod"));
    });

    it("drift: is none at first; what a hand changed is told, and put back", async () => {
      const look = block("--expect-no-changes --diff");
      const [, unchanged = ""] = /^ +(\d+ unchanged)$/m.exec(text) ?? [];
      assert.match((await succeed(type(look))).output, new RegExp(unchanged));
      const table = one("prod", TABLE, "tandem-prod-movies");
      engine.byHand().put({ ...table, inputs: { ...table.inputs, billingMode: "PROVISIONED" } });
      const { status, output } = await type(look);
      assert.notEqual(status, 0);
      assert.match(output, /~ billingMode/);
      await succeed(type(inSentence("npm run pulumi -- up --refresh --stack prod")));
      assert.deepEqual(one("prod", TABLE, "tandem-prod-movies"), table);
    });

    it("restore of a table to a second: makes a new one beside it, which the program does not know", async () => {
      const table = one("prod", TABLE, "tandem-prod-movies");
      await succeed(type(block("restore-table-to-point-in-time")));
      const restored = one("prod", TABLE, "tandem-prod-movies-restored");
      assert.deepEqual(restored.inputs.pointInTimeRecovery, { enabled: false });
      await expectNoChanges(engine, folder, "prod");
      await succeed(type(inSentence("aws dynamodb delete-table --table-name tandem-prod-movies-restored")));
      assert.deepEqual(
        thingsOf(engine, "prod").filter(({ id, type: kind }) => kind === TABLE && id.includes("movies")),
        [table],
      );
    });

    it("restore of a table that is gone: comes back under its own name, and a deployment turns on what is off", async () => {
      const table = one("prod", TABLE, "tandem-prod-movies");
      engine.byHand().remove(table);
      const [first = "", ...then] = block("restore-table-from-backup", { arn: "$arn" }).split("\n");
      const drift = await type(block("--expect-no-changes --diff"));
      assert.match(drift.output, /- 1 to delete/);
      const listed = await succeed(type(first));
      assert.match(listed.output, /"tandem-prod-movies\$DeletedTableBackup"/);
      const [, arn] = /"BackupArn":"([^"]+)"/.exec(listed.output) ?? [];
      const { output } = await succeed(type([`arn='${arn}'`, ...then].join("\n")));
      assert.match(output, /~ 1 updated/);
      assert.doesNotMatch(output, /\d (created|deleted|replaced)/);
      assert.deepEqual(one("prod", TABLE, "tandem-prod-movies"), table);
    });

    it("old versions of a bucket, dead letters: the page's names are those that are there", async () => {
      const given = { account: ACCOUNT_ID, key: "movies/1.json", version: "older" };
      await succeed(type(block("list-object-versions", given)));
      await succeed(type(block("start-message-move-task", given)));
      const { output } = await succeed(type(block("npm run invoke -- importMovies", given)));
      assert.match(output, /"ExecutedVersion"/);
      assert.equal(readFileSync(path.join(folder, "event.json"), "utf8"), '{\n  "Records": []\n}\n');
    });

    it("is not destroyed while it is protected, and is when three lines say so", async () => {
      const before = engine.resourcesOf();
      const { status, output } = await type(block("destroy --stack prod"));
      assert.notEqual(status, 0);
      assert.match(output, /cannot be deleted\s+because it is protected/);
      assert.deepEqual(engine.resourcesOf(), before);
      const settings = path.join(folder, "infra/settings.ts");
      const lines = readFileSync(settings, "utf8").split("protect: production");
      assert.equal(lines.length - 1, 3);
      writeFileSync(settings, lines.join("protect: false"));
      await succeed(up(engine, folder, "prod"));
      const [backups] = thingsOf(engine, "prod").filter((resource) => resource.type === CLUSTER);
      assert.equal(backups?.inputs.retainBackupsEnabled, true);
      await succeed(type(block("destroy --stack prod")));
      assert.deepEqual(thingsOf(engine, "prod"), []);
    });
  });

  // A suite of its own: mocha runs tests before suites.
  describe("in the end", () => {
    it("no command of the page was left out", () => {
      const left = blocks.filter((candidate) => !typed.has(candidate)).map(({ commands }) => commands);
      assert.deepEqual(left, []);
    });
  });
});
