import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { Writable } from "node:stream";
import { mock } from "node:test";
import { LineWriter } from "../../shared/terminal.ts";

const terminal = path.resolve(import.meta.dirname, "../../shared/terminal.ts");

describe("LineWriter", () => {
  const writes: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      writes.push(String(chunk));
      done();
    },
  });

  beforeEach(() => {
    writes.length = 0;
    mock.timers.enable({ apis: ["setTimeout", "setImmediate"] });
  });
  afterEach(() => mock.timers.reset());

  it("writes the first line after a pause at once, and what follows it together", () => {
    const writer = new LineWriter(stream);
    writer.write("first");
    mock.timers.tick(0);
    assert.deepEqual(writes, ["first\n"]);
    for (const line of ["second", "third", "fourth"]) {
      writer.write(line);
      mock.timers.tick(1);
    }
    assert.deepEqual(writes, ["first\n"], "another turn of the event loop is no reason to write");
    mock.timers.tick(1_000);
    assert.deepEqual(writes, ["first\n", "second\nthird\nfourth\n"]);
    mock.timers.tick(1_000);
    writer.write("after a pause");
    mock.timers.tick(0);
    assert.deepEqual(writes.slice(2), ["after a pause\n"]);
  });

  it("writes what waits when it is told to", () => {
    const writer = new LineWriter(stream);
    for (const line of ["first", "second"]) writer.write(line);
    writer.flush();
    writer.flush();
    assert.deepEqual(writes, ["first\nsecond\n"]);
  });

  for (const [how, end] of [
    ["ends by itself", ""],
    ["is told to exit", "process.exit(3);"],
    ["fails", 'throw new Error("on purpose");'],
  ] as const) {
    it(`loses nothing when the process ${how}`, () => {
      const code = `const { LineWriter } = await import(${JSON.stringify(terminal)});
        const writer = new LineWriter();
        writer.write("first");
        setTimeout(() => { writer.write("second"); setImmediate(() => { writer.write("last"); ${end} }); }, 5);`;
      const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", code]);
      assert.equal(String(stdout), "first\nsecond\nlast\n");
    });
  }
});
