import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { StateFolder } from "../../local/state-folder.ts";
import { keepNotes } from "../../local/state-notes.ts";
import { eventually } from "../support/patience.ts";

describe("the folder of a run that is up", () => {
  let cwd: string;
  let state: StateFolder;
  let timer: NodeJS.Timeout;
  let lost: Error[];
  let reported: string[];
  const file = (name: string) => path.join(cwd, ".local/dev", name);

  beforeEach(async () => {
    cwd = mkdtempSync(path.join(tmpdir(), "tandem-notes-"));
    state = new StateFolder(cwd, "dev");
    const stores = { tables: [], queues: [], buckets: [] };
    const running = { pid: process.pid, stack: "dev", region: "", variables: {}, stores, outputs: {} };
    await state.acquire(() => running);
    [lost, reported] = [[], []];
    timer = keepNotes(
      state,
      (line) => reported.push(line),
      (error) => lost.push(error),
      5,
    );
    await eventually(() => existsSync(file("lengths.json")));
  });
  afterEach(() => {
    clearInterval(timer);
    state.release();
    rmSync(cwd, { recursive: true });
  });

  it("is lost where somebody removes it, which is found once, and nothing is written there any more", async () => {
    rmSync(path.join(cwd, ".local"), { recursive: true });
    await eventually(() => lost.length > 0);
    assert.deepEqual(
      lost.map(({ name, message }) => `${name}: ${message}`),
      [
        `UserError: The folder ${path.join(cwd, ".local/dev")} was removed while the run was up: what its stores have written since is lost. ` +
          "Start again; to begin with empty stores there is npm start -- --reset.",
      ],
    );
    assert.equal(state.isHeld, false);
    assert.equal(existsSync(path.join(cwd, ".local")), false);
    assert.deepEqual(reported, []);
  });

  it("is lost where its lock is gone, by which another run may have it", async () => {
    rmSync(file("run.json"));
    await eventually(() => lost.length > 0);
    assert.match(lost[0]?.message ?? "", /^The lock of this run in .*dev was removed while the run was up/);
  });

  it("is no reason to end where no note can be written: that is said once", async () => {
    clearInterval(timer);
    rmSync(file("lengths.json"));
    mkdirSync(file("lengths.json/in-the-way"), { recursive: true });
    let times = 0;
    const held = {
      path: state.path,
      get isHeld() {
        times += 1;
        return true;
      },
    };
    timer = keepNotes(
      held,
      (line) => reported.push(line),
      (error) => lost.push(error),
      5,
    );
    await eventually(() => times > 3);
    assert.equal(reported.length, 1);
    assert.match(reported[0] ?? "", /^Damage after a crash would not be found: E[A-Z]+: /);
    assert.deepEqual(lost, []);
  });
});
