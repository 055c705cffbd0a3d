import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { Machine } from "./machine.ts";

const entry = path.resolve(import.meta.dirname, "../../cli/tandem.js");

describe("npm run doctor", () => {
  let machine: Machine;

  beforeEach(() => {
    machine = new Machine();
    machine.program("npm", "11.2.0");
    machine.program("git", "git version 2.50.1");
  });

  afterEach(() => machine.remove());

  function doctor(variables: Record<string, string>, ...args: string[]) {
    return spawnSync(process.execPath, [entry, "doctor", "--cwd", machine.cwd, ...args], {
      encoding: "utf8",
      env: machine.environment(variables),
    });
  }

  it("ends with 0 where the local run and the tests can work, whatever a deployment of any stack lacks", () => {
    machine.stack("prod", "config:\n  owner: team@example.com\n");
    const { status, stdout, stderr } = doctor({ MONGODB_URI: "mongodb://127.0.0.1:1" });
    assert.equal(stderr, "");
    assert.equal(status, 0);
    assert.match(stdout, /^local run: all is here$/m);
    assert.match(stdout, /^tests \(and all of the above\): all is here$/m);
    assert.match(stdout, /^deployment: 5 to mend$/m);
    assert.match(stdout, /config prod/);
  });

  it("ends with 1 and the way out where there is no MongoDB to be had", () => {
    // A mirror where nobody listens stands for a machine without network.
    const { status, stdout } = doctor({ MONGOMS_DOWNLOAD_MIRROR: "http://127.0.0.1:1" }, "--json");
    assert.equal(status, 1);
    const { works, checks } = JSON.parse(stdout) as {
      works: boolean;
      checks: { name: string; here: boolean; mend?: string }[];
    };
    assert.equal(works, false);
    const mongodb = checks.find(({ name }) => name === "MongoDB");
    assert.equal(mongodb?.here, false);
    assert.match(mongodb?.mend ?? "", /go/);
  });

  it("looks at the one stack that is named", () => {
    machine.stack("prod", "config:\n  owner: team@example.com\n");
    const { stdout } = doctor({ MONGODB_URI: "mongodb://127.0.0.1:1" }, "--stack", "dev");
    assert.match(stdout, /^deployment: 4 to mend$/m);
    assert.doesNotMatch(stdout, /config prod/);
  });
});
