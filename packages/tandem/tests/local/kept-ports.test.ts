import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { KeptPorts, listenAgain, listenAt } from "../../local/kept-ports.ts";
import { LocalRun } from "../../local/run.ts";
import { recordProgram } from "../../program/record-program.ts";
import { ProjectCopy } from "./start/support.ts";

describe("ports of a run", () => {
  let folder: string;
  let file: string;
  let lines: string[];
  let open: Server[];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-ports-"));
    file = path.join(folder, "ports.json");
    lines = [];
    open = [];
  });

  afterEach(() => {
    for (const server of open) server.close();
    rmSync(folder, { recursive: true });
  });

  const ports = () => new KeptPorts(file, (line) => lines.push(line));
  const server = (): Server => {
    const made = createServer();
    open.push(made);
    return made;
  };
  const listenOnce = async (): Promise<number> => {
    const first = server();
    const port = await listenAgain(first, ports().of("DynamoDB"));
    first.close();
    await once(first, "close");
    return port;
  };

  it("are the same at the next start", async () => {
    const port = await listenOnce();
    assert.equal(await listenAgain(server(), ports().of("DynamoDB")), port);
    assert.equal(ports().of("Lambda").last, 0);
    assert.deepEqual(lines, []);
  });

  it("move when another process has one, which is said and kept", async () => {
    const port = await listenOnce();
    await listenAt(server(), port);
    const moved = await listenAgain(server(), ports().of("DynamoDB"));
    assert.notEqual(moved, port);
    assert.deepEqual(lines, [
      `DynamoDB: port ${port} of the last start is taken; it listens on ${moved} now.`,
    ]);
    assert.equal(ports().of("DynamoDB").last, moved);
  });

  it("are said to have moved once, however often the service comes again", async () => {
    const port = await listenOnce();
    const kept = ports().of("DynamoDB");
    kept.keep(port + 1);
    kept.keep(port + 1);
    assert.equal(lines.length, 1);
  });

  it("do not move once they were told", async () => {
    const other = server();
    const port = await listenAt(other, 0);
    await assert.rejects(listenAt(server(), port, false), { code: "EADDRINUSE" });
  });

  it("are chosen anew when the file is damaged, which is said", () => {
    writeFileSync(file, '{"DynamoDB":');
    assert.equal(ports().of("DynamoDB").last, 0);
    assert.match(lines.join(), /ports\.json cannot be read \(.*\): the stores get new addresses\.$/);
  });

  it("are no more than numbers of ports", () => {
    writeFileSync(file, '{"DynamoDB": "x", "Lambda": 70000, "MongoDB": 4000}');
    const { last } = ports().of("DynamoDB");
    assert.deepEqual([last, ports().of("Lambda").last, ports().of("MongoDB").last], [0, 0, 4000]);
  });

  it("of all stores are the same after the end of a run, with --reset too", async () => {
    const project = new ProjectCopy("stores");
    const reported: string[] = [];
    const recorded = recordProgram({ cwd: project.path, stack: "dev" });
    const addresses = async (reset: boolean): Promise<Record<string, string>> => {
      const run = await LocalRun.open({
        cwd: project.path,
        stack: "dev",
        recorded,
        reset,
        log: (line) => reported.push(line),
      });
      const { variables } = run.status();
      const found = { ...variables, mongodb: run.services.mongodb.uri ?? "" };
      await run.stop();
      return found;
    };
    try {
      const first = await addresses(false);
      const urls = Object.values(first).filter((value) => URL.canParse(value) && new URL(value).host !== "");
      assert.equal(urls.length, 7, Object.keys(first).join());
      for (const url of urls) assert.match(new URL(url).port, /^\d{4,5}$/);
      assert.match(first.AWS_XRAY_DAEMON_ADDRESS ?? "", /^127\.0\.0\.1:\d{4,5}$/);
      assert.deepEqual(await addresses(false), first);
      const data = path.join(project.path, ".local/dev/dynamodb");
      const mark = path.join(data, "mark");
      writeFileSync(mark, "");
      assert.deepEqual(await addresses(true), first);
      assert.equal(existsSync(mark), false);
      assert.deepEqual(
        reported.filter((line) => / port /.test(line)),
        [],
      );
    } finally {
      project.remove();
    }
  });
});
