/** What GitHub would run, run here: the scripts of the workflows that reach a stack, with the CLI of GitHub played. */
import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Engine, isEngineHere } from "../../packages/tandem/operations/engine/engine.ts";
import type { CommandResult } from "../../packages/tandem/operations/pulumi.ts";
import { jobNamed } from "../workflows/workflows.ts";
import { initialise, thingsOf } from "./stack.ts";

/** No comment is there yet; the one that is made is kept. */
const GH = `#!/bin/sh
case "$*" in
  *--paginate*comments) echo '[]' ;;
  *"--method POST"*issues/7/comments*) cp "$RUNNER_TEMP/comment.md" "$RUNNER_TEMP/sent.md" ;;
  *) echo "unexpected: $*" >&2; exit 1 ;;
esac
`;

describe("workflows on an engine", function () {
  this.timeout(20 * 60_000);
  let engine: Engine;
  let folder: string;
  let temporary: string;

  before(async function () {
    if (!isEngineHere()) this.skip();
    engine = await Engine.start();
    folder = engine.project("checkout");
    temporary = path.join(engine.folder, "runner");
    mkdirSync(temporary);
    writeFileSync(path.join(temporary, "gh"), GH, { mode: 0o755 });
    await initialise(engine, folder, "dev");
  });

  after(() => engine?.stop());

  /** The scripts of a job's steps, one after another, as long as they succeed. */
  async function run(
    job: string,
    stack: string,
  ): Promise<{ result: CommandResult; summary: string; output: string }> {
    for (const name of ["summary", "output"]) rmSync(path.join(temporary, name), { force: true });
    const env = {
      ...jobNamed(job).env,
      ...{ PATH: `${temporary}:${engine.environment().PATH}`, STACK: stack, RUNNER_TEMP: temporary },
      PULUMI_BACKEND_URL: engine.environment().PULUMI_BACKEND_URL,
      GITHUB_STEP_SUMMARY: path.join(temporary, "summary"),
      GITHUB_OUTPUT: path.join(temporary, "output"),
      ...{
        SECRETS_PROVIDER: "passphrase",
        REPOSITORY: "tandem/tandem",
        NUMBER: "7",
        MARKER: "<!-- review -->",
      },
    };
    const scripts = (jobNamed(job).steps ?? []).flatMap((step) => step.run ?? []);
    assert.ok(scripts.length > 0);
    let result: CommandResult | undefined;
    for (const script of scripts) {
      if (result === undefined || result.status === 0) result = await engine.script(folder, script, env);
    }
    assert.ok(result);
    const written = (name: string) => {
      const file = path.join(temporary, name);
      return existsSync(file) ? readFileSync(file, "utf8") : "";
    };
    return { result, summary: written("summary"), output: written("output") };
  }

  it("review-stack: a pull request gets a stack of its own, and is told its address", async () => {
    const { result } = await run("review-stack/deploy", "pr-7");
    assert.equal(result.status, 0, result.output);
    assert.ok(thingsOf(engine, "pr-7").length > 100);
    const sent = readFileSync(path.join(temporary, "sent.md"), "utf8");
    assert.match(sent, /^<!-- review -->\nStack `pr-7` answers at https:\/\/\S+amazonaws\.com\. /);
  });

  it("review-stack: what was deployed a moment ago has not expired", async () => {
    const { result, output } = await run("review-stack/expired", "");
    assert.equal(result.status, 0, result.output);
    assert.equal(output, "stacks=[]\n");
  });

  it("drift: passes where nothing differs, fails and says what where a hand changed something", async () => {
    const same = await run("drift/refresh", "pr-7");
    assert.equal(same.result.status, 0, same.result.output);
    assert.match(same.summary, /^### Drift of pr-7\n```\n[\s\S]* 201 unchanged\n[\s\S]*```\n$/);
    const [table] = thingsOf(engine, "pr-7").filter(({ type }) => type === "aws:dynamodb/table:Table");
    assert.ok(table);
    engine.byHand().put({ ...table, inputs: { ...table.inputs, billingMode: "PROVISIONED" } });
    const { result, summary } = await run("drift/refresh", "pr-7");
    engine.byHand().put(table);
    assert.notEqual(result.status, 0);
    assert.match(summary, /~ billingMode +: "PAY_PER_REQUEST" => "PROVISIONED"[\s\S]*```\n$/);
  });

  it("destroy-stack: takes the stack, its configuration and everything of it, and passes where there is none", async () => {
    const { result } = await run("destroy-stack/destroy", "pr-7");
    assert.equal(result.status, 0, result.output);
    assert.deepEqual(thingsOf(engine, "pr-7"), []);
    assert.ok(!existsSync(path.join(folder, "Pulumi.pr-7.yaml")));
    const again = await run("destroy-stack/destroy", "pr-7");
    assert.equal(again.result.status, 0, again.result.output);
    assert.match(again.result.output, /There is no stack pr-7\./);
  });

  it("preview: the summary is whole, also where the program does not run", async () => {
    const { result, summary } = await run("preview/pulumi", "dev");
    assert.equal(result.status, 0, result.output);
    assert.match(summary, /\+ 201 to create\n[\s\S]*```\n$/);
    appendFileSync(path.join(folder, "index.ts"), 'throw new Error("broken");\n');
    const broken = await run("preview/pulumi", "dev");
    assert.notEqual(broken.result.status, 0);
    assert.match(broken.summary, /Error: broken[\s\S]*```\n$/);
  });
});
