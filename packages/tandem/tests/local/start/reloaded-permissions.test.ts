/** One program after the other: each test saves the next. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { call, ProjectCopy, StartedProcess } from "./support.ts";

describe("the first call after a reload is judged by the program as it is now", () => {
  let project: ProjectCopy;
  let run: StartedProcess;
  let api: string;

  // A start that finds data has that store come up before the program is recorded.
  before(async () => {
    project = new ProjectCopy("reloaded");
    mkdirSync(path.join(project.path, ".local/dev/dynamodb"), { recursive: true });
    project.write(".local/dev/dynamodb/mark", "");
    run = new StartedProcess(project);
    api = await run.ready();
  });

  after(async () => {
    await run.end();
    project.remove();
  });

  /** Gives constants of the program new values and waits until they are taken over. */
  const save = async (
    values: Record<string, readonly string[] | string>,
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

  /** In this order, each the first of its kind after the reload. */
  const firstCalls = async (answers: Record<string, string>): Promise<void> => {
    const got: Record<string, unknown> = {};
    for (const to of Object.keys(answers)) got[to] = (await call(`${api}/${to}`)).body;
    assert.deepEqual(got, answers);
  };
  const DENIED = "AccessDeniedException";
  const NOT_FOUND = "ResourceNotFoundException";

  // Each program is the one before with other values: what a policy says of the table, and what is said of the alias.
  it("nothing allowed, and no alias", async () => {
    await firstCalls({ table: DENIED, live: NOT_FOUND });
  });

  for (const [program, values, answers] of [
    [
      "an action that is allowed, and an alias that is new",
      { allowed: ["dynamodb:GetItem"], declared: ["alias"] },
      { live: "done", table: "done", next: NOT_FOUND },
    ],
    [
      "an action that is taken away, and an alias of another name",
      { allowed: [], aliasName: "next" },
      { table: DENIED, next: "done", live: NOT_FOUND },
    ],
    [
      "an action that is allowed and denied, and an alias that is gone",
      { allowed: ["dynamodb:GetItem"], denied: ["dynamodb:Get*"], declared: [] },
      { next: NOT_FOUND, table: DENIED },
    ],
    [
      "an action that is no longer denied, and a policy on the function without its alias",
      { denied: [], declared: ["alias"], aliasName: "live", callable: "" },
      { table: "done", live: DENIED },
    ],
    [
      "a role and a table that are new, and a policy on another alias",
      { roleName: "second", declared: ["alias", "table"], callable: ":next" },
      { live: DENIED, table: "done" },
    ],
    [
      "the first queue of the program, with the permission, and a policy on the alias",
      {
        declared: ["alias", "table", "queue"],
        allowed: ["dynamodb:GetItem", "sqs:SendMessage"],
        callable: ":live",
      },
      { queue: "done", live: "done" },
    ],
    [
      "the first bucket of the program, with the permission, and none for the rest",
      { declared: ["alias", "table", "queue", "bucket"], allowed: ["s3:PutObject"] },
      { bucket: "done", queue: "AccessDenied", table: DENIED },
    ],
    [
      "what the policy of a bucket denies",
      { deniedByBucket: ["s3:PutObject"] },
      { bucket: "AccessDenied", live: "done" },
    ],
  ] as const) {
    it(program, async () => {
      await save(values);
      await firstCalls(answers);
    });
  }

  it("none of a program that a store refuses: the last good one goes on, with its permissions", async () => {
    const refused = { callable: ":next", deniedByBucket: [], notesKey: "key" };
    await save(refused, /^not reloaded.*\n.*is kept here with HASH id/m);
    await firstCalls({ live: "done", bucket: "AccessDenied" });
    await save({ notesKey: "id" });
    await firstCalls({ bucket: "done", live: DENIED });
  });
});
