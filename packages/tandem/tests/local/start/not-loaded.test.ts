import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalRun } from "../../../local/run.ts";
import { refusal } from "../support/run-in-process.ts";
import { ProjectCopy, StartedGroup, StartedProcess } from "./support.ts";

describe("npm start -- --cwd <a program whose functions do not all load>", () => {
  let project: ProjectCopy;
  let run: StartedProcess;
  const unbuilt = () =>
    `Function unbuilt: Runtime.ImportModuleError: Error: Cannot find module 'index' in ${path.join(project.path, "app")}. ` +
    "index.ts lies there unbuilt: Lambda runs JavaScript, so build it first, as before a deployment";

  const listen = { host: "127.0.0.1", port: 0 };

  beforeEach(() => {
    project = new ProjectCopy("unbuilt");
  });

  afterEach(async () => {
    await run?.end();
    project.remove();
  });

  it("serves the rest, says which do not load and why, and answers 502 for those", async () => {
    run = new StartedProcess(project);
    const url = await run.ready();
    assert.equal(await (await fetch(`${url}/good`)).text(), "good");
    const before = run.stdout.length;
    project.edit("good/index.js", (text) => text.replace('"good"', '"better"'));
    await run.waitForOutput(/^reloaded /m, before);
    assert.equal(await (await fetch(`${url}/good`)).text(), "better");
    const answers = await Promise.all(
      ["unbuilt", "absent", "untrusted"].map((name) => fetch(`${url}/${name}`)),
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      [502, 502, 502],
    );
    assert.deepEqual(await answers[0]?.json(), { message: unbuilt() });
    assert.equal(
      run.stdout.includes(`${unbuilt()}. It is not loaded and answers 502; --strict stops instead.`),
      true,
    );
    assert.match(
      run.stdout,
      /^Function untrusted: AWS would not create it: its role machine cannot be assumed by lambda\.amazonaws\.com: add .*It is not loaded and answers 502; --strict stops instead\.$/m,
    );
    const absent = `Function absent: The code of a function names ${path.join(project.path, "dist")}, which is not there`;
    assert.equal(
      run.stdout.includes(`${absent}. It is not loaded and answers 502; --strict stops instead.`),
      true,
    );
  });

  it("tries such a function once more at each call: built meanwhile, or given its package in a folder above", async () => {
    const packages = path.join(path.dirname(project.path), "node_modules");
    const name = `above-${path.basename(project.path)}`;
    project.write("app/index.js", `const text = require("${name}"); exports.handler = async () => text;`);
    const lines: string[] = [];
    const here = await LocalRun.open({
      cwd: project.path,
      stack: "dev",
      listen,
      keepGoing: true,
      log: (line) => lines.push(line),
    });
    const answer = async (route: string) => (await fetch(`${here.url}/${route}`)).text();
    let made = "";
    try {
      assert.match(await answer("unbuilt"), new RegExp(`Cannot find module '${name}'`));
      made = mkdirSync(path.join(packages, name), { recursive: true }) ?? "";
      writeFileSync(path.join(packages, name, "index.js"), 'module.exports = "from above";');
      assert.deepEqual(await Promise.all([answer("unbuilt"), answer("unbuilt")]), [
        "from above",
        "from above",
      ]);
      mkdirSync(path.join(project.path, "dist"));
      project.write("dist/index.js", "syntax error");
      assert.match(await answer("absent"), /SyntaxError/);
      project.write("dist/index.js", 'exports.handler = async () => "built";');
      assert.equal(await answer("absent"), "built");
      assert.match(await answer("untrusted"), /AWS would not create it/);
      assert.ok(lines.includes("Function absent loads now."), lines.join("\n"));
    } finally {
      await here.stop();
      if (made !== "") rmSync(made, { recursive: true });
    }
  });

  const ways = [
    ["on Ctrl-C", StartedGroup],
    ["on a signal to it alone", StartedProcess],
  ] as const;
  for (const [way, Started] of ways) {
    it(`ends without a complaint ${way} while the program is recorded, which it ends as well`, async () => {
      project.write(
        "index.ts",
        'import { writeFileSync } from "node:fs"; writeFileSync("begun", String(process.pid)); for (;;);',
      );
      run = new Started(project);
      const begun = path.join(project.path, "begun");
      while (!existsSync(begun) || readFileSync(begun, "utf8") === "") await sleep(20);
      assert.equal(await run.interrupt(), 0);
      assert.equal(run.stderr, "");
      assert.match(run.stdout, /Stopping\.\n$/);
      assert.throws(() => process.kill(Number(readFileSync(begun, "utf8")), 0), { code: "ESRCH" });
    });
  }

  it("stops with --strict, naming every function that does not load", async () => {
    assert.match(
      await refusal(project, { strict: true, listen }),
      /^Not every function can be run\.\n {2}Function absent: .*dist.*\n {2}Function unbuilt: .*\n {2}Function untrusted: .*$/m,
    );
  });
});
