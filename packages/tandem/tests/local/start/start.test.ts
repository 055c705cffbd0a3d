import assert from "node:assert/strict";
import { call, descendants, gone, ProjectCopy, StartedProcess } from "./support.ts";

describe("npm start", () => {
  let project: ProjectCopy;
  let run: StartedProcess;
  let api: string;

  before(async () => {
    project = new ProjectCopy();
    run = new StartedProcess(project);
    api = await run.ready();
  });

  after(async () => {
    await run.end();
    project.remove();
  });

  it("says what there is on one screen: endpoints with their functions, stores, a line of parity, the address", () => {
    const shown = run.stdout.slice(0, /^Ready on .*$/m.exec(run.stdout)?.index).split("\n");
    assert.ok(shown.length <= 40, run.stdout);
    assert.deepEqual(
      shown.filter((line) => line.length > 100),
      [],
    );
    for (const pattern of [
      /^tandem, stack dev, [a-z]+-[a-z]+-\d$/m,
      /^ {2}GET +\/hello +hello +open$/m,
      /^ {2}DELETE +\/movies\/\{year\}\/\{title\+\} +deleteMovie +open$/m,
      /^functions without a route\n.*\bchangeMovies\b/m,
      /^ {2}table +tandem-dev-movies +year N, title S$/m,
      /^ {2}queue +tandem-dev-changes$/m,
      /^ {2}bucket +tandem-dev-imports-\d{12}$/m,
      /^ {2}MongoDB +\S+ +\S.* at mongodb:\/\/127\.0\.0\.1:\d+\/$/m,
      /^\d+ of \d+ realised; npm run parity -- --cwd \S+\nReady on http:\/\/127\.0\.0\.1:\d+\. /m,
    ]) {
      assert.match(run.stdout, pattern);
    }
  });

  it("loads the sample films the first time", async () => {
    assert.match(
      run.stdout,
      /^Loading data\/movies\.json into table tandem-dev-movies \[#+\] 100 % \d{3} written$/m,
    );
    const { body } = await call(`${api}/movies/1997/Face%2FOff`);
    assert.equal((body as { title: string }).title, "Face/Off");
  });

  it("answers hello and logs the request and the function's lines", async () => {
    const before = run.stdout.length;
    assert.deepEqual((await call(`${api}/hello`)).body, "Hello from Lambda!");
    await run.says(/^GET \/hello 200 \d+\.\d ms tandem-dev-hello$/m, before);
    const [, id] = await run.says(/^START RequestId: (\S+) Version: \S+$/m, before);
    await run.says(new RegExp(`^END RequestId: ${id}$`, "m"), before);
    await run.says(
      new RegExp(
        `^REPORT RequestId: ${id}\tDuration: .* ms\tBilled Duration: \\d+ ms\tMemory Size: 512 MB`,
        "m",
      ),
      before,
    );
  });

  it("creates, lists, reads, changes and deletes a book", async () => {
    const created = await call(`${api}/books`, "POST", { title: "Dune", body: "Sand." });
    assert.equal(created.status, 201);
    const { id } = created.body as { id: string };
    assert.equal(created.headers.get("location"), `/books/${id}`);
    const { items } = (await call(`${api}/books?limit=100`)).body as { items: { id: string }[] };
    assert.ok(items.some((book) => book.id === id));
    assert.equal((await call(`${api}/books/${id}`, "PATCH", { title: "Dune Messiah" })).status, 200);
    assert.equal(((await call(`${api}/books/${id}`)).body as { title: string }).title, "Dune Messiah");
    assert.equal((await call(`${api}/books/${id}`, "DELETE")).status, 204);
    assert.equal((await call(`${api}/books/${id}`)).status, 404);
  });

  it("creates, reads, changes and deletes a film whose title needs encoding", async () => {
    const url = `${api}/movies/2026/${encodeURIComponent("100 % Amélie + Co/Off")}`;
    const info = { directors: ["A"], actors: ["B"], genres: ["Drama"], rating: 7.5, runningTimeSecs: 6000 };
    assert.equal((await call(url, "PUT", { info })).status, 201);
    assert.equal(((await call(url)).body as { title: string }).title, "100 % Amélie + Co/Off");
    assert.equal((await call(url, "PATCH", { info: { rating: 8 } })).status, 200);
    assert.equal(((await call(url)).body as { info: { rating: number } }).info.rating, 8);
    assert.equal((await call(url, "DELETE")).status, 204);
    assert.equal((await call(url)).status, 404);
  });

  it("refuses a second start on the same .local/ and names the first", async () => {
    const second = new StartedProcess(project);
    assert.equal(await second.exit(), 1);
    assert.match(
      second.stderr,
      new RegExp(`^error: Another local run uses .*/\\.local/dev \\(process ${run.child.pid}, ${api}\\)`),
    );
    assert.equal((await call(`${api}/hello`)).status, 200);
  });

  it("refuses a port that is taken", async () => {
    const { port } = new URL(api);
    const second = new StartedProcess(project, ["--stack", "prod", "--port", port]);
    assert.equal(await second.exit(), 1);
    assert.match(
      second.stderr,
      new RegExp(`^error: Port ${port} on 127\\.0\\.0\\.1 is taken .*--port ${Number(port) + 1}`),
    );
    assert.doesNotMatch(second.stderr, / at /);
  });

  it("ends on Ctrl-C, leaves no process, and the data is there at the next start", async () => {
    const { body } = await call(`${api}/books`, "POST", { title: "Kept", body: "Over a restart." });
    const { id } = body as { id: string };
    const children = descendants(run.child.pid as number);
    assert.notEqual(children.length, 0);
    assert.equal(await run.interrupt(), 0);
    assert.equal(run.stderr, "");
    await gone(children);

    run = new StartedProcess(project);
    api = await run.ready();
    assert.equal(((await call(`${api}/books/${id}`)).body as { title: string }).title, "Kept");
    assert.doesNotMatch(run.stdout, /Loading data/);
  });

  it("keeps the data and frees the port when it is killed", async () => {
    const { body } = await call(`${api}/books`, "POST", { title: "Killed", body: "Not asked." });
    const { id } = body as { id: string };
    const children = descendants(run.child.pid as number);
    await run.interrupt("SIGKILL");
    const { port } = new URL(api);
    run = new StartedProcess(project, ["--port", port]);
    api = await run.ready();
    assert.equal(((await call(`${api}/books/${id}`)).body as { title: string }).title, "Killed");
    await gone(children);
  });

  it("--reset begins with empty stores and the sample films", async () => {
    await run.interrupt();
    run = new StartedProcess(project, ["--reset"]);
    api = await run.ready();
    const { items } = (await call(`${api}/books?limit=100`)).body as { items: { title: string }[] };
    assert.equal(items.length, 12);
    assert.ok(items.every(({ title }) => title !== "Killed"));
    assert.match(run.stdout, /Loading data\/movies\.json/);
  });
});
