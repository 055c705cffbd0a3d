import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { ConsoleServer } from "../../console/server.ts";
import { KeptPorts, listenAt } from "../../local/kept-ports.ts";

const asksNothing = () => assert.fail("nobody asks");

describe("the console's address", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-console-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const nextStart = async (): Promise<{ port: number; token: string | null; lines: string[] }> => {
    const lines: string[] = [];
    const ports = new KeptPorts(path.join(folder, "ports.json"), (line) => lines.push(line));
    const server = new ConsoleServer({ file: asksNothing, api: asksNothing, live: asksNothing });
    await server.listen(ports.of("Console"));
    const { port, searchParams } = new URL(server.url);
    await server.close();
    return { port: Number(port), token: searchParams.get("token"), lines };
  };

  it("is the same at the next start with a token of its own, and moves where another process has it", async () => {
    const first = await nextStart();
    const second = await nextStart();
    assert.equal(second.port, first.port);
    assert.notEqual(second.token, first.token);
    assert.deepEqual([first.lines, second.lines], [[], []]);
    const other = createServer();
    try {
      assert.equal(await listenAt(other, first.port, false), first.port);
      const third = await nextStart();
      assert.notEqual(third.port, first.port);
      assert.deepEqual(third.lines, [
        `Console: port ${first.port} of the last start is taken; it listens on ${third.port} now.`,
      ]);
    } finally {
      other.close();
    }
  });
});
