import assert from "node:assert/strict";
import { call, ProjectCopy, StartedProcess } from "./support.ts";

describe("the first call after a reload is judged by the program as it is now", () => {
  let project: ProjectCopy;
  let run: StartedProcess;
  let api: string;

  // The second start finds data, so that its stores come up before the program is recorded.
  before(async () => {
    project = new ProjectCopy("reloaded");
    const first = new StartedProcess(project);
    await first.ready();
    await first.interrupt();
    run = new StartedProcess(project);
    api = await run.ready();
  });

  after(async () => {
    await run.end();
    project.remove();
  });

  /** Gives constants of the program new values and waits until they are taken over. */
  const save = async (
    values: Record<string, string[] | string>,
    outcome = /^reloaded the program/m,
  ): Promise<void> => {
    const before = run.stdout.length;
    project.edit("index.ts", (text) =>
      Object.entries(values).reduce(
        (changed, [name, value]) =>
          changed.replace(new RegExp(`^(const ${name}[^=]*= ).*$`, "m"), `$1${JSON.stringify(value)};`),
        text,
      ),
    );
    await run.waitForOutput(outcome, before);
  };
  const first = async (store: string) => (await call(`${api}/${store}`)).body;

  it("what is allowed, taken away and denied of a policy", async () => {
    assert.equal(await first("table"), "AccessDeniedException");
    await save({ allowed: ["dynamodb:GetItem"] });
    assert.equal(await first("table"), "done");
    await save({ allowed: [] });
    assert.equal(await first("table"), "AccessDeniedException");
    await save({ allowed: ["dynamodb:GetItem"], denied: ["dynamodb:Get*"] });
    assert.equal(await first("table"), "AccessDeniedException");
    await save({ denied: [] });
    assert.equal(await first("table"), "done");
  });

  it("a role and a table that are new", async () => {
    await save({ roleName: "second", declared: ["table"] });
    assert.equal(await first("table"), "done");
  });

  it("the first queue and the first bucket of the program, each with the permission", async () => {
    await save({ declared: ["table", "queue"], allowed: ["dynamodb:GetItem", "sqs:SendMessage"] });
    assert.equal(await first("queue"), "done");
    await save({ declared: ["table", "queue", "bucket"], allowed: ["s3:PutObject"] });
    assert.equal(await first("bucket"), "done");
    assert.equal(await first("queue"), "AccessDenied");
    assert.equal(await first("table"), "AccessDeniedException");
  });

  it("what the policy of a bucket denies, and what it no longer denies", async () => {
    await save({ deniedByBucket: ["s3:PutObject"] });
    assert.equal(await first("bucket"), "AccessDenied");
    await save({ deniedByBucket: [] });
    assert.equal(await first("bucket"), "done");
  });

  it("an alias that is new, that is called by another name, and that is gone", async () => {
    assert.equal(await first("live"), "ResourceNotFoundException");
    await save({ declared: ["alias"] });
    assert.equal(await first("live"), "done");
    assert.equal(await first("next"), "ResourceNotFoundException");
    await save({ aliasName: "next" });
    assert.equal(await first("live"), "ResourceNotFoundException");
    assert.equal(await first("next"), "done");
    await save({ declared: [] });
    assert.equal(await first("next"), "ResourceNotFoundException");
  });

  it("a policy on the function, on its alias, and on another alias", async () => {
    await save({ declared: ["alias"], aliasName: "live", callable: "" });
    assert.equal(await first("live"), "AccessDeniedException");
    await save({ callable: ":next" });
    assert.equal(await first("live"), "AccessDeniedException");
    await save({ callable: ":live" });
    assert.equal(await first("live"), "done");
  });

  it("none of a program that a store refuses: the last good one goes on, with its permissions", async () => {
    assert.equal(await first("live"), "done");
    await save({ callable: ":next", notesKey: "key" }, /^not reloaded.*\n.*is kept here with HASH id/m);
    assert.equal(await first("live"), "done");
    await save({ notesKey: "id" });
    assert.equal(await first("live"), "AccessDeniedException");
  });
});
