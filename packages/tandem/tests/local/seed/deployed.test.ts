/**
 * `npm run seed` with a deployed stack, which the command knows by its outputs alone. The outputs come from a stand-in for
 * the Pulumi CLI; the stores behind them are those of a local run, found by the SDK's own variables.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { operatorCredentials } from "../../../local/iam/credentials.ts";
import { type RunStatus, StateFolder } from "../../../local/state-folder.ts";
import { call, ProjectCopy, StartedProcess } from "../start/support.ts";

const root = path.resolve(import.meta.dirname, "../../../../..");
const film = (year: number, title: string) => ({
  year,
  title,
  info: { directors: ["A"], actors: ["B"], genres: ["C"], rating: 5, runningTimeSecs: 600 },
});

describe("npm run seed, of a deployed stack", () => {
  let project: ProjectCopy;
  let run: StartedProcess;
  let url: string;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    project = new ProjectCopy();
    run = new StartedProcess(project);
    url = await run.ready();
    const status = await new StateFolder(project.path, "dev").running();
    assert.ok(status);
    environment = deployedEnvironment(project, status);
  });
  after(async () => {
    await run.end();
    project.remove();
  });

  const seed = async (stack: string, ...args: string[]) => {
    const all = ["packages/tandem/cli/tandem.js", "seed", "--cwd", project.path, "--stack", stack, ...args];
    const child = spawn(process.execPath, all, { cwd: root, env: environment });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    return { code, stdout, stderr };
  };

  it("loads films and books by the stack's outputs, and the same again changes nothing", async () => {
    const films = (await call(`${url}/movies/1997/Face%2FOff`)).body;
    for (let round = 0; round < 2; round++) {
      const { code, stdout, stderr } = await seed("dev");
      assert.equal(code, 0, stderr);
      assert.match(stdout, /data\/movies\.json into table tandem-dev-movies .*447 written/);
      assert.match(stdout, /data\/books\.json into collection books\.books .*12 written/);
    }
    assert.deepEqual((await call(`${url}/movies/1997/Face%2FOff`)).body, films);
  });

  it("takes a file of one's own, and names what it rejects by line", async () => {
    const lines = [
      film(1899, "Cinderella"),
      { ...film(1899, "No year"), year: "then" },
      film(1900, "Joan of Arc"),
    ];
    project.write("mine.json", `[\n${lines.map((line) => JSON.stringify(line)).join(",\n")}\n]\n`);
    const { code, stdout } = await seed("dev", "--file", path.join(project.path, "mine.json"));
    assert.equal(code, 0);
    assert.match(stdout, /2 written/);
    assert.match(stdout, /1 records were rejected/);
    const report = path.join(project.path, ".local/deployed-dev/seed/movies-rejected.txt");
    assert.match(readFileSync(report, "utf8"), /^3: .*year/);
    assert.equal((await call(`${url}/movies/1899/Cinderella`)).status, 200);
    assert.equal((await call(`${url}/movies/1900/Joan%20of%20Arc`)).status, 200);
  });

  it("says what a store said that does not take the data, and what to look at", async () => {
    const usual = { ...environment };
    environment.AWS_SECRET_ACCESS_KEY = "another";
    const { code, stderr } = await seed("dev", "--only", "movies").finally(() => {
      environment = usual;
    });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^error: Table tandem-dev-movies did not take the data: The request signature we calculated/m,
    );
    assert.match(stderr, /npm run doctor.*goes on from where it stopped\.$/m);
  });

  it("says what the CLI says of a stack that is not there, and leaves nothing behind", async () => {
    const { code, stderr } = await seed("qa");
    assert.equal(code, 1);
    assert.match(stderr, /no stack named 'qa' found/);
    assert.ok(!existsSync(path.join(project.path, ".local/deployed-qa")));
  });
});

/** What a person at a deployed stack has: the CLI, keys, and stores to be found. Nothing tells of the local run. */
function deployedEnvironment(project: ProjectCopy, { outputs, variables }: RunStatus): NodeJS.ProcessEnv {
  const folder = path.join(project.path, "bin");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "outputs.json"), JSON.stringify(outputs));
  const cli = path.join(folder, "pulumi");
  writeFileSync(
    cli,
    `#!/bin/sh
case "$*" in
  "stack output --json --stack dev --non-interactive") cat "${folder}/outputs.json" ;;
  "stack output --json --stack "*) echo "error: no stack named '$5' found" >&2; exit 255 ;;
  *) echo "not expected: $*" >&2; exit 1 ;;
esac
`,
  );
  chmodSync(cli, 0o755);
  return {
    PATH: `${folder}:${process.env.PATH}`,
    HOME: project.path,
    AWS_ENDPOINT_URL_DYNAMODB: variables.AWS_ENDPOINT_URL_DYNAMODB,
    AWS_ACCESS_KEY_ID: operatorCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operatorCredentials.secretAccessKey,
  };
}
