import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { localSecrets } from "../../local/local-secrets.ts";
import { LocalRun } from "../../local/run.ts";
import { ProjectCopy } from "./start/support.ts";

describe("a secret of the stack's file, on this machine", () => {
  let project: ProjectCopy;
  const runs: LocalRun[] = [];
  let reported: string[];

  beforeEach(() => {
    project = new ProjectCopy("local-secrets");
    reported = [];
  });
  afterEach(async () => {
    for (const run of runs.splice(0)) await run.stop();
    project.remove();
  });

  /** Without the lines of invocations. */
  const notices = () => reported.filter((line) => !/^(START|END|REPORT) /.test(line));
  const open = async (): Promise<LocalRun> => {
    const run = await LocalRun.open({ cwd: project.path, stack: "dev", log: (line) => reported.push(line) });
    runs.push(run);
    return run;
  };
  const give = (text: string) => {
    mkdirSync(path.join(project.path, ".local"), { recursive: true });
    project.write(".local/secrets.yaml", text);
  };
  const answer = async (run: LocalRun) => {
    const { payload = "null" } = await run.services.workers.invoke("asks", {});
    return JSON.parse(payload);
  };

  it("is said at the start where a function is given its placeholder, with the way to a value, which is taken over while the run is up, under the project's own key", async () => {
    const run = await open();
    const placeholder = "[secret local-secrets:apiKey]";
    assert.deepEqual(await answer(run), [placeholder, `https://shop.example.com/?key=${placeholder}`]);
    const notice = [
      "Placeholders stand for secrets that only stack dev in the cloud can decrypt:",
      "  Function asks: its variable API_KEY holds local-secrets:apiKey",
      "  Function asks: its variable URL holds local-secrets:apiKey",
      `Give them values for this machine in ${project.path}/.local/secrets.yaml (git does not see it):`,
      "  dev:",
      "    local-secrets:apiKey: <value>",
    ].join("\n");
    assert.deepEqual(notices(), [notice]);
    await run.update();
    assert.deepEqual(notices(), [notice], "a reload that changes nothing of it does not say it again");

    give("dev:\n  apiKey: came later\n");
    await run.update();
    assert.deepEqual(await answer(run), ["came later", "https://shop.example.com/?key=came later"]);
    assert.deepEqual(notices(), [notice]);
  });

  it("has the value of .local/secrets.yaml, stays a secret of the recording, and is nothing that git sees", async () => {
    give("dev:\n  local-secrets:apiKey: of this machine\nprod:\n  other: x\n");
    const run = await open();
    assert.deepEqual(await answer(run), ["of this machine", "https://shop.example.com/?key=of this machine"]);
    assert.deepEqual(notices(), []);

    const { inputs } = run.recording.resources.find(({ name }) => name === "asks") ?? assert.fail();
    const secret = (value: string) => ({ $: "secret", value });
    assert.deepEqual(inputs.environment, {
      variables: {
        API_KEY: secret("of this machine"),
        URL: secret("https://shop.example.com/?key=of this machine"),
        PLAIN: "in the open",
      },
    });

    execFileSync("git", ["init", "--quiet"], { cwd: project.path });
    const seen = execFileSync("git", ["status", "--porcelain", "--untracked-files=all"], {
      cwd: project.path,
      encoding: "utf8",
    });
    assert.match(seen, /Pulumi\.dev\.yaml/);
    assert.doesNotMatch(seen, /\.local/);
  });

  it("is refused under a key that is no secret, with the file, the line and the keys there are", () => {
    const refused = (text: string, message: RegExp) => {
      give(text);
      assert.throws(() => localSecrets({ cwd: project.path, stack: "dev" }), { name: "UserError", message });
    };
    refused(
      "dev:\n  apiKye: x\n",
      /secrets\.yaml:2: local-secrets:apiKye is no secret of stack dev; it has local-secrets:apiKey\.$/,
    );
    refused("dev:\n  plain: x\n", /local-secrets:plain is no secret/);
    refused("dev: x\n", /secrets\.yaml:1: expected keys of secrets with values under dev\.$/);
    refused("dev:\n  a: b: c\n", /secrets\.yaml:2:\d+: /);
  });
});
