// #region books, movies
/** The program of stack dev as a person starts it: what README says it answers, and what it does while its MongoDB is away. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import {
  call,
  descendants,
  type ProjectCopy,
  StartedProcess,
} from "../packages/tandem/tests/local/start/support.ts";
import { copyOfProgram } from "../packages/tandem/tests/scaffold/program-copy.ts";
import { eventually } from "../packages/tandem/tests/support/patience.ts";

const root = path.resolve(import.meta.dirname, "..");

/** Without what differs from time to time. */
function lines(output: string): string[] {
  return output
    .replaceAll(/"id":"[0-9a-f]{24}"/g, '"id":"…"')
    .replaceAll(/"(createdAt|updatedAt)":"[^"]+"/g, '"$1":"…"')
    .replaceAll(/"requestId":"[^"]+"/g, '"requestId":"…"')
    .split("\n")
    .filter((line) => line !== "");
}

/** All of its threads: on a busy machine some go on for a while. */
const isStopped = (pid: number): boolean =>
  readdirSync(`/proc/${pid}/task`).every((thread) =>
    /^State:\s+T/m.test(readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8")),
  );

describe("npm start of this program", () => {
  let project: ProjectCopy;
  let run: StartedProcess;
  let api: string;
  let mongodb: number;

  /** Process id of the one there is. */
  const server = (): number => {
    const servers = descendants(run.child.pid as number).filter((pid) =>
      /ferretdb|mongod/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8")),
    );
    assert.equal(servers.length, 1);
    return servers[0] as number;
  };

  before(async () => {
    project = copyOfProgram();
    // An error's stack has the bundle built once more, for the places in it: half a second for each function, and nobody reads them.
    project.edit("packages/components/lambda-function.ts", (text) =>
      text.replace("POWERTOOLS_LOG_LEVEL: logLevel", 'POWERTOOLS_LOG_LEVEL: "SILENT"'),
    );
    run = new StartedProcess(project);
    api = await run.ready();
    mongodb = server();
  });

  after(async () => {
    process.kill(mongodb, "SIGCONT");
    await run.end();
    project.remove();
  });

  it("answers README's requests, pasted one after another, as it stands there", async () => {
    const readme = readFileSync(path.join(root, "README.md"), "utf8");
    const [, commands = "", answers = ""] =
      /In another terminal.*?```sh\n(.*?)```.*?```json\n(.*?)```/s.exec(readme) ?? [];
    assert.equal(commands.match(/localhost:3000/g)?.length, 6);
    const script = commands
      .replaceAll("localhost:3000", new URL(api).host)
      // curl ends its answer with no line's end, which a terminal shows as a line of its own.
      .replaceAll(/^curl .*$/gm, "$&; echo");
    const shell = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
    const [output] = await Promise.all([text(shell.stdout), once(shell, "close")]);
    assert.deepEqual(lines(output), lines(answers));
  });

  it("answers 503 for books and goes on with films; afterwards the same worker answers", async () => {
    const first = run.stdout.length;
    assert.equal((await call(`${api}/books`)).status, 200);
    await run.waitForOutput(/^GET \/books 200 .*\n(.*\n)*?REPORT .*Init Duration/m, first);
    const before = run.stdout.length;
    // Stopped, not ended: it takes connections and never answers, the worst a store can do.
    process.kill(mongodb, "SIGSTOP");
    await eventually(() => isStopped(mongodb));
    const [books, movies] = await Promise.all([
      call(`${api}/books`),
      call(`${api}/movies?year=1999&limit=1`),
    ]);
    assert.equal(movies.status, 200);
    assert.equal(books.status, 503);
    assert.ok(Number(books.headers.get("retry-after")) > 0);
    assert.equal((books.body as { error: { code: string } }).error.code, "store_unavailable");
    process.kill(mongodb, "SIGCONT");
    assert.equal((await call(`${api}/books`)).status, 200);
    await run.waitForOutput(/^GET \/books 200/m, before);
    const reports = run.stdout
      .slice(before)
      .split("\n")
      .filter((line) => line.startsWith("REPORT") && line.includes("Init Duration"));
    assert.equal(reports.length, 1, "only readMovies started a worker; readBooks kept its own");
  });

  it("starts a server that died again, and says so", async () => {
    const before = run.stdout.length;
    process.kill(mongodb, "SIGKILL");
    await run.waitForOutput(/MongoDB.*is back/, before);
    // Its worker slept through all of it, with connections to a server that is no more.
    assert.equal((await call(`${api}/books`)).status, 200);
    mongodb = server();
  });

  it("killed three times under writes, leaves no worker without it and loses nothing that was acknowledged", async () => {
    const acknowledged: string[] = [];
    const add = async (): Promise<number> => {
      const { status, body } = await call(`${api}/books`, "POST", { title: "Momo", body: "" });
      if (status === 201) acknowledged.push((body as { id: string }).id);
      return status;
    };
    let writing = true;
    const lanes = Array.from({ length: 2 }, async () => {
      while (writing) await add();
    });
    for (let kill = 0; kill < 3; kill++) {
      const before = run.stdout.length;
      process.kill(mongodb, "SIGKILL");
      await run.waitForOutput(/MongoDB.*is back/, before);
      mongodb = server();
    }
    writing = false;
    await Promise.all(lanes);
    // Each worker may have one client left to give up; then all of them write.
    await Promise.all([add(), add()]);
    assert.deepEqual(await Promise.all([add(), add()]), [201, 201]);
    for (const id of acknowledged) assert.equal((await call(`${api}/books/${id}`)).status, 200);
  });
});
