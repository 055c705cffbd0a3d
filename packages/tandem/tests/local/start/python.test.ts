import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { findPython } from "../../../local/workers/python/interpreter.ts";
import { call, ProjectCopy, StartedProcess } from "./support.ts";

describe("npm start of a program with a function for Python", () => {
  let project: ProjectCopy;
  let run: StartedProcess;
  let api: string;

  before(async function () {
    if (!findPython("python3.12", "/")) return this.skip();
    project = new ProjectCopy("python");
    run = new StartedProcess(project, ["--no-console"]);
    api = await run.ready();
  });

  after(async () => {
    await run?.end();
    project?.remove();
  });

  const greeting = async () => ((await call(`${api}/`)).body as { greeting: string }).greeting;

  it("answers an API, with the credentials of its role for the local stores and no more than its role allows", async () => {
    const { status, body } = await call(`${api}/`);
    assert.equal(status, 200);
    assert.deepEqual(body, { greeting: "Hello", put: 200, got: 400, refusal: "AccessDeniedException" });
    await run.waitForOutput(/^ *IAM: .*dynamodb:GetItem/m);
  });

  it("answers with what is saved, also in a module beside the handler's", async () => {
    const before = run.stdout.length;
    project.edit("app/words.py", (text) => text.replace("Hello", "Hello again"));
    await run.waitForOutput(/^reloaded /m, before);
    assert.equal(await greeting(), "Hello again");
  });

  it("goes on with the last good code while what is saved does not load, and says where", async () => {
    const before = run.stdout.length;
    project.edit("app/handlers/notes.py", (text) => text.replace("def handler(", "def handler(" + "("));
    await run.waitForOutput(/Runtime\.UserCodeSyntaxError: .*notes\.py/, before);
    assert.equal(await greeting(), "Hello again");
    const files = readdirSync(path.join(project.path, "app"), { recursive: true });
    assert.deepEqual(files.sort(), ["handlers", "handlers/notes.py", "words.py"]);
  });
});
