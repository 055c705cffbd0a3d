import assert from "node:assert/strict";
import { eventually } from "../../support/patience.ts";
import { call, ProjectCopy, StartedProcess } from "./support.ts";

describe("npm start of a program with state machines", () => {
  let project: ProjectCopy;
  let run: StartedProcess;
  let api: string;

  before(async () => {
    project = new ProjectCopy("state-machine");
    run = new StartedProcess(project, ["--no-console", "--strict"]);
    api = await run.ready();
  });

  after(async () => {
    await run.end();
    project.remove();
  });

  it("runs one for a function that waits for it by AWS's SDK, which sets a name of its own before the host", async () => {
    const { status, body } = await call(`${api}/sum`, "POST", { a: 1, b: 2 });
    assert.deepEqual([status, body], [200, { status: "SUCCEEDED", output: { a: 1, b: 2, sum: 3 } }]);
  });

  it("has an error of its function caught by its name", async () => {
    const { body } = await call(`${api}/sum`, "POST", { a: 1 });
    const { output } = body as { output: { failed: { Error: string; Cause: string } } };
    assert.equal(output.failed.Error, "TypeError");
    assert.match(output.failed.Cause, /no b/);
  });

  it("starts one by a rule for what another one has put on the bus", async () => {
    const kept = async () => (await call(`${api}/kept`)).body as { id: { S: string } }[];
    await eventually(async () => (await kept()).some(({ id }) => id.S === "3"));
  });
});
