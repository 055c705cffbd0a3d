import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { where } from "../../local/where.ts";
import { recordProgram } from "../../program/record-program.ts";
import type { Recording } from "../../program/recording.ts";
import { renderJson } from "../../review/report/json.ts";
import { renderMarkdown } from "../../review/report/markdown.ts";
import { hasChanges } from "../../review/report/report.ts";
import { renderText } from "../../review/report/text.ts";
import { compareRevisions } from "../../review/revision/compare-revisions.ts";
import { UserError } from "../../shared/user-error.js";
import { AskedConsole } from "../console/asked-console.ts";
import { ProjectCopy, StartedInTerminal, StartedProcess } from "../local/start/support.ts";
import { askOf } from "./ask.ts";

/** What the fixture's secrets look like, as they are and in what base64 makes of them wherever they begin. */
const CANARY = /canary(-|%2D)\d\d|Y2FuYXJ5L|NhbmFyeS|jYW5hcnkt/g;

/**
 * Each command that shows something of a program; the program runs all the while, of stack dev, where functions are written inline.
 * `failing` is told all that `answering` is.
 */
const commands: string[][] = [
  ["parity", "--stack", "prod"],
  ["cost", "--stack", "prod"],
  ["cost", "--json", "--stack", "prod"],
  ["policies", "--stack", "prod"],
  ["env"],
  ["env", "--json"],
  ["graph", "--out", "pictures", "--stack", "prod"],
  ["doctor", "--stack", "prod"],
  ["openapi"],
  ["tables"],
  ["queue"],
  ["bucket"],
  ["invoke", "capturing", "--data", "{}"],
  ["invoke", "failing", "--data", "{}", "--stack", "prod"],
];

/** What the console answers without being told to show an object or an item. */
const pages = [
  "requests",
  "functions",
  "functions/answering",
  "functions/capturing",
  "functions/failing",
  "routes",
  "traces",
  "data",
  "tables/items/items",
  "queues/jobs/messages",
  "buckets/inbox/objects",
  "home",
  "cost",
  "monitoring",
  "alarms/alarm",
  "pictures/architecture-light.svg",
  "openapi.json",
];

/** Policies of a role, each a mistake that holds a secret. */
const mistakes = {
  noArn: `pulumi.jsonStringify({ Version: "2012-10-17", Statement: {
    Effect: "Allow", Action: "s3:GetObject", Resource: pulumi.secret("inbox/canary-00-resource/*"),
  } })`,
  noAction: `pulumi.jsonStringify({ Version: "2012-10-17", Statement: {
    Effect: "Allow", Action: pulumi.secret("canary-00-action"), Resource: "*",
  } })`,
  noJson: 'pulumi.secret("{ canary-00-policy")',
};

/** Of `.local`: stores, which hold what the program puts into them. */
const STORES = /\/(dynamodb|fauxqs|mongodb|secrets-and-parameters)\//;
/** What a function captures is part of its code, here as in the cloud. */
const CODE = "/functions/code/";
const CAPTURED = /canary-06/g;

describe("a program's secrets", () => {
  let project: ProjectCopy;
  let run: StartedProcess;
  let recording: Recording;
  let url = "";
  let page: AskedConsole;

  before(async () => {
    project = new ProjectCopy("canaries");
    project.install("@pulumi", "zod");
    project.write(".gitignore", "node_modules\n.local\n");
    const git = (...args: string[]) =>
      spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: project.path });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "first");
    project.edit("index.ts", (text) => text.replace('"first"', '"second"'));
    run = new StartedProcess(project);
    url = await run.ready();
    recording = await recordProgram({ cwd: project.path, stack: "prod" });
    page = await AskedConsole.of(run);
  });

  after(async () => {
    await run.end();
    project.remove();
  });

  const record: typeof recordProgram = async ({ cwd, stack }) => {
    assert.deepEqual([cwd, stack], [project.path, "prod"]);
    return recording;
  };

  it("are 37, in as many places", () => {
    assert.equal(new Set(JSON.stringify(recording).match(/canary-\d\d/g)).size, 37);
  });

  it("are in no answer of its routes", async () => {
    for (const route of ["answering", "capturing", "failing", "absent"])
      isClean(await (await fetch(`${url}/${route}`)).text(), route);
  });

  for (const command of commands) {
    it(`are in nothing that ${command.join(" ")} says`, async () => {
      const [name = "", ...args] = command;
      const { stdout, stderr } = await askOf(record, name, ...args, "--cwd", project.path);
      const text = stdout + stderr;
      isClean(text, command.join(" "));
      assert.doesNotMatch(text, /^error: /);
    });
  }

  // As the command `diff` does, which writes one of them.
  it("are in no way to write a difference", async () => {
    const notes: string[] = [];
    const log = (line: string) => notes.push(line);
    const report = await compareRevisions({ cwd: project.path, base: "HEAD", stack: "prod", log });
    assert.equal(hasChanges(report), true);
    isClean([renderText(report), ...notes].join("\n"), "text");
    isClean(renderJson(report), "JSON");
    isClean(renderMarkdown(report), "Markdown");
  });

  it("are not in what where says of a place that it does not find", async () => {
    for (const text of ["at index.js:1:20", 'at index.js:1:20 {"bundle":"0123456789abcdef"}']) {
      const notes: string[] = [];
      const log = (line: string) => notes.push(line);
      const asked = { text, functionName: "capturing", cwd: project.path, called: "this checkout", log };
      await assert.rejects(where({ ...asked, record: async () => recording }), (error: UserError) => {
        isClean([...notes, error.message].join("\n"), text);
        return error instanceof UserError;
      });
    }
  });

  it("are in no answer of the console that shows no object", async () => {
    const asked = (name: string) => answerOf(page, name);
    for (const name of pages) await asked(name);
    const { rows } = JSON.parse(await asked("requests"));
    assert.ok(rows.length > 3);
    for (const { id } of rows) await asked(`requests/${id}`);
    const { traces } = JSON.parse(await asked("traces"));
    for (const { id } of traces) await asked(`traces/${id}`);
  });

  it("are in no test of a function that the console makes", async () => {
    for (const name of ["answering", "capturing", "failing"]) {
      const response = await page.fetch(`/api/functions/${name}/invoke`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"event":{}}',
      });
      assert.equal(response.status, 200, name);
      isClean(await response.text(), name);
    }
  });

  it("are not in what a reload says of a resource that is no ARN, an action that is none and a policy that is no JSON", async () => {
    const { length } = run.stdout;
    const policies = Object.entries(mistakes).map(
      ([name, policy]) => `new aws.iam.RolePolicy("${name}", { role: role.name, policy: ${policy} });`,
    );
    project.edit("index.ts", (sound) => [sound, ...policies].join("\n"));
    for (const name of Object.keys(mistakes))
      await run.waitForOutput(
        new RegExp(`^AWS would refuse: The policy of .*${name}.* is malformed; it holds a secret`, "m"),
        length,
      );
    await run.waitForOutput(/^(not )?reloaded/m, length);
    isClean(run.stdout.slice(length), "log");
  });

  it("are neither in the log nor in a file beside the stores", async () => {
    assert.equal(await run.interrupt(), 0);
    isClean(run.stdout + run.stderr, "log");
    const files = globSync("{.local,pictures}/**/*", { cwd: project.path }).filter(
      (file) => statSync(path.join(project.path, file)).isFile() && !STORES.test(`/${file}`),
    );
    assert.ok(files.length > 5, String(files));
    for (const file of files) {
      const text = readFileSync(path.join(project.path, file), "latin1");
      isClean(file.includes(CODE) ? text.replaceAll(CAPTURED, "") : text, file);
    }
  });

  it("are not in what a terminal shows, and in no changes that its console finds", async function () {
    if (!StartedInTerminal.isPossible) this.skip();
    const shown = new StartedInTerminal(project, ["--stack", "prod"]);
    try {
      const address = await shown.ready();
      for (const route of ["answering", "capturing", "failing"]) await fetch(`${address}/${route}`);
      await shown.waitForOutput(/ERROR +Invoke Error +Error: fails on purpose/);
      await shown.waitForOutput(/500 +GET \/failing/);
      const changes = await answerOf(await AskedConsole.of(shown), "changes?base=HEAD");
      assert.match(changes, /"summary":"\d+ /);
      assert.equal(await shown.interrupt(), 0);
      isClean(shown.stdout, "terminal");
    } finally {
      await shown.end();
    }
  });
});

function isClean(text: string, where: string): void {
  assert.notEqual(text, "", where);
  assert.deepEqual([...new Set(text.match(CANARY))], [], where);
}

async function answerOf(page: AskedConsole, name: string): Promise<string> {
  const response = await page.fetch(`/api/${name}`);
  const text = await response.text();
  isClean(text, name);
  assert.equal(response.status, 200, `${name}: ${text}`);
  return text;
}
