import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { mock } from "node:test";
import { type ProgramUnderTest, programUnderTest } from "../../local/under-test.ts";
import { ProjectCopy } from "./start/support.ts";

const request = (method: string, parts: object = {}) => ({ requestContext: { http: { method } }, ...parts });
const pathParameters = { bed: "1", name: "Mint" };

describe("programUnderTest", () => {
  let garden: ProjectCopy;
  let small: ProjectCopy;
  let program: ProgramUnderTest;

  before(async () => {
    garden = new ProjectCopy("garden");
    small = new ProjectCopy("inline-http");
    program = await programUnderTest({ cwd: garden.path });
  });
  after(async () => {
    await program.stop();
    for (const project of [garden, small]) project.remove();
  });

  it("calls functions with their variables and with tables and collections of their own, empty at first", async () => {
    const listed = await program.invoke("list", request("GET"));
    assert.deepEqual([listed.statusCode, JSON.parse(listed.body)], [200, []]);
    const put = request("PUT", { pathParameters, body: JSON.stringify({ height: 12 }) });
    assert.equal((await program.invoke("tend", put)).statusCode, 201);
    const read = await program.invoke("tend", request("GET", { pathParameters }));
    assert.deepEqual(JSON.parse(read.body), { name: "Mint", height: 12 });
    const note = await program.invoke("notes", request("POST", { body: JSON.stringify({ text: "Sown" }) }));
    assert.equal(note.statusCode, 201);
    const notes = await program.invoke("notes", request("GET"));
    assert.equal(JSON.parse(notes.body).length, 1);
  });

  it("gives what a handler returned, nothing too, and throws what it threw", async () => {
    assert.equal(await program.invoke("weigh", { Records: [{ body: "1 kg" }] }), undefined);
    await assert.rejects(program.invoke("weigh", {}), { name: "TypeError", message: /not iterable/ });
  });

  it("names the functions where there is none of the name", async () => {
    await assert.rejects(program.invoke("hallo", {}), {
      message: /^The program has no function hallo\. It has: (?=.*hello)(?=.*tend)(?=.*weigh)[a-z, ]+\.$/,
    });
  });

  it("is one for all files of a process, and leaves the project's own data alone", async () => {
    assert.equal(await programUnderTest({ cwd: garden.path }), program);
    assert.equal(existsSync(path.join(garden.path, ".local/dev")), false);
  });

  it("keeps no process: one that stops nothing ends", () => {
    const script = path.join(small.path, "script.mjs");
    const module = path.resolve("packages/tandem/local/under-test.ts");
    writeFileSync(
      script,
      `import { programUnderTest } from ${JSON.stringify(module)};
       const program = await programUnderTest({ cwd: import.meta.dirname });
       console.log((await program.invoke("greet", { pathParameters: { name: "you" } })).body);`,
    );
    const { stdout, stderr, status } = spawnSync(process.execPath, [script], { encoding: "utf8" });
    assert.deepEqual([stdout, status], ["Hello you\n", 0], stderr);
  });

  it("loads what is called, and says what does not load to whoever calls it", async () => {
    const project = new ProjectCopy("unbuilt");
    const unbuilt = await programUnderTest({ cwd: project.path });
    const errors = mock.method(console, "error", () => {});
    const lines = () => errors.mock.calls.map(({ arguments: [line] }) => String(line));
    try {
      assert.equal(await unbuilt.invoke("good", {}), "good");
      assert.deepEqual(
        lines().filter((line) => line.startsWith("Function unbuilt")),
        [],
      );
      const refusal = /^Function unbuilt: Runtime\.ImportModuleError: .* lies there unbuilt/;
      await Promise.all(
        [1, 2].map(() =>
          assert.rejects(unbuilt.invoke("unbuilt", {}), { name: "FunctionNotLoaded", message: refusal }),
        ),
      );
      assert.equal(lines().filter((line) => refusal.test(line)).length, 1);
      project.write("app/index.js", 'exports.handler = async () => "built";');
      assert.equal(await unbuilt.invoke("unbuilt", {}), "built");
    } finally {
      errors.mock.restore();
      await unbuilt.stop();
      project.remove();
    }
  });

  it("tells what a program says that does not run", async () => {
    const broken = new ProjectCopy("garden");
    broken.edit("Pulumi.yaml", (text) => text.replace(/logRetentionDays.*/, ""));
    await assert.rejects(programUnderTest({ cwd: broken.path }), { message: /logRetentionDays/ });
    broken.remove();
  });

  it("refuses a call once it has ended", async () => {
    await program.stop();
    await assert.rejects(program.invoke("hello", {}), {
      message: "the program under test ended (exit code 0) before it answered",
    });
  });
});
