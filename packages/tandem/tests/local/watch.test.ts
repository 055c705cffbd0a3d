import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FileWatcher } from "../../local/watch.ts";

/** Long enough for the watcher to have told what it was going to tell. */
const QUIET_MS = 200;

describe("FileWatcher", () => {
  let folder: string;
  let watcher: FileWatcher;
  let changes: string[][];
  const file = (name: string): string => path.join(folder, name);

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "tandem-watch-")));
    changes = [];
    watcher = new FileWatcher((files) => changes.push(files));
    for (const name of ["a.ts", "b.ts", "c.ts"]) writeFileSync(file(name), name);
  });

  afterEach(() => {
    watcher.close();
    rmSync(folder, { recursive: true });
  });

  it("tells which watched file changed", async () => {
    watcher.set([file("a.ts"), file("b.ts")]);
    writeFileSync(file("a.ts"), "new");
    writeFileSync(file("c.ts"), "not watched");
    await sleep(QUIET_MS);
    assert.deepEqual(changes, [[file("a.ts")]]);
  });

  it("takes what is written in one go for one change", async () => {
    watcher.set([file("a.ts"), file("b.ts")]);
    writeFileSync(file("a.ts"), "new");
    writeFileSync(file("b.ts"), "new");
    writeFileSync(file("a.ts"), "newer");
    await sleep(QUIET_MS);
    assert.deepEqual(
      changes.map((files) => files.sort()),
      [[file("a.ts"), file("b.ts")]],
    );
  });

  it("is quiet when a file is saved unchanged", async () => {
    watcher.set([file("a.ts")]);
    writeFileSync(file("a.ts"), "a.ts");
    await sleep(QUIET_MS);
    assert.deepEqual(changes, []);
  });

  it("sees an editor that replaces the file", async () => {
    watcher.set([file("a.ts")]);
    writeFileSync(file("a.ts~"), "new");
    renameSync(file("a.ts~"), file("a.ts"));
    await sleep(QUIET_MS);
    assert.deepEqual(changes, [[file("a.ts")]]);
  });

  it("sees a file appear and go", async () => {
    watcher.set([file("later.ts")]);
    writeFileSync(file("later.ts"), "x");
    await sleep(QUIET_MS);
    unlinkSync(file("later.ts"));
    await sleep(QUIET_MS);
    assert.deepEqual(changes, [[file("later.ts")], [file("later.ts")]]);
  });

  it("watches the set it was given last", async () => {
    mkdirSync(file("sub"));
    writeFileSync(file("sub/d.ts"), "d");
    watcher.set([file("a.ts")]);
    watcher.set([file("sub/d.ts")]);
    writeFileSync(file("a.ts"), "new");
    writeFileSync(file("sub/d.ts"), "new");
    await sleep(QUIET_MS);
    assert.deepEqual(changes, [[file("sub/d.ts")]]);
  });

  it("watches nothing any more once it is closed: a reload under way comes to its end after that, and would keep the run up", () => {
    const watchers = () => process.getActiveResourcesInfo().filter((name) => name === "FSEventWrap").length;
    const before = watchers();
    watcher.set([file("a.ts")]);
    assert.equal(watchers(), before + 1);
    watcher.close();
    const closed = watchers();
    watcher.set([file("a.ts")]);
    assert.equal(watchers(), closed);
  });

  it("says nothing of what is accepted, of what comes after it again", async () => {
    watcher.set([file("a.ts"), file("b.ts")]);
    for (const name of ["a.ts", "b.ts", "c.ts"]) writeFileSync(file(name), "built");
    assert.deepEqual(watcher.accept([file("a.ts"), file("c.ts")]), [file("a.ts")], "c.ts is not watched");
    await sleep(QUIET_MS);
    assert.deepEqual(changes, [[file("b.ts")]]);
    assert.deepEqual(watcher.accept([file("a.ts")]), []);
    writeFileSync(file("a.ts"), "saved");
    await sleep(QUIET_MS);
    assert.deepEqual(changes.at(-1), [file("a.ts")]);
  });
});
