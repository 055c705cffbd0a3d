import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  type WatchListener,
  watch,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FileWatcher, type Unwatched } from "../../local/watch.ts";
import { eventually } from "../support/patience.ts";

/** Long enough for the watcher to have reported what it was going to tell. */
const QUIET_MS = 200;

describe("FileWatcher", () => {
  let folder: string;
  let watcher: FileWatcher;
  let changes: string[][];
  const file = (name: string): string => path.join(folder, name);

  const changeNumber = (wanted: number) => eventually(() => changes.length >= wanted);

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

  it("tells what was saved while another file does not come to rest", async () => {
    watcher.set([file("a.ts"), file("b.ts")]);
    writeFileSync(file("a.ts"), "new");
    const hasCome = () => changes.flat().includes(file("a.ts"));
    for (let times = 0; times < 1_500 && !hasCome(); times += 1) {
      appendFileSync(file("b.ts"), "a line");
      await sleep(2);
    }
    assert.ok(hasCome());
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

  it("sees what is saved where a link leads, and a link that leads elsewhere", async () => {
    for (const name of ["one", "two"]) mkdirSync(file(name));
    for (const name of ["one/x.js", "two/x.js"]) writeFileSync(file(name), "x");
    mkdirSync(file("links"));
    symlinkSync("../one/x.js", file("links/x.js"));
    symlinkSync("one", file("current"));
    watcher.set([file("links/x.js"), file("current")]);
    writeFileSync(file("one/x.js"), "new");
    await changeNumber(1);
    symlinkSync("two", file("next"));
    renameSync(file("next"), file("current"));
    await changeNumber(2);
    writeFileSync(file("two/y.js"), "");
    await changeNumber(3);
    assert.deepEqual(changes, [[file("links/x.js")], [file("current")], [file("current")]]);
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

  it("sees a folder made anew, as by a build that removes it first, and what is saved there afterwards", async () => {
    mkdirSync(file("dist"));
    writeFileSync(file("dist/d.js"), "d");
    watcher.set([file("dist/d.js")]);
    rmSync(file("dist"), { recursive: true });
    await changeNumber(1);
    mkdirSync(file("dist"));
    writeFileSync(file("dist/d.js"), "built");
    await changeNumber(2);
    writeFileSync(file("dist/d.js"), "built again");
    await changeNumber(3);
    assert.deepEqual(changes, [[file("dist/d.js")], [file("dist/d.js")], [file("dist/d.js")]]);
  });

  it("sees another folder put in the place of one", async () => {
    for (const [name, text] of Object.entries({ dist: "old", next: "new" })) {
      mkdirSync(file(name));
      writeFileSync(file(`${name}/d.js`), text);
    }
    watcher.set([file("dist/d.js")]);
    renameSync(file("dist"), file("before"));
    renameSync(file("next"), file("dist"));
    await changeNumber(1);
    writeFileSync(file("dist/d.js"), "newer");
    await changeNumber(2);
    assert.deepEqual(changes, [[file("dist/d.js")], [file("dist/d.js")]]);
  });

  it("sees a file appear with the folders that it lies in", async () => {
    watcher.set([file("not/yet/there.ts")]);
    mkdirSync(file("other"));
    mkdirSync(file("not/yet"), { recursive: true });
    writeFileSync(file("not/yet/there.ts"), "x");
    await changeNumber(1);
    writeFileSync(file("not/yet/there.ts"), "y");
    await changeNumber(2);
    assert.deepEqual(changes, [[file("not/yet/there.ts")], [file("not/yet/there.ts")]]);
  });

  it("tells of a folder which names are in it, and not what editors put there", async () => {
    mkdirSync(file("layer"));
    writeFileSync(file("layer/one.js"), "1");
    watcher.set([file("layer")]);
    for (const name of ["layer/.one.js.swp", "layer/one.js~", "layer/one.js"]) writeFileSync(file(name), "1");
    await sleep(QUIET_MS);
    assert.deepEqual(changes, []);
    writeFileSync(file("layer/two.js"), "2");
    await changeNumber(1);
    assert.deepEqual(changes, [[file("layer")]]);
  });

  it("watches the rest where the system does not let it watch a folder, and tells of that once", async () => {
    const reported: Unwatched[] = [];
    watcher.close();
    const limited = (folder: string, listener: WatchListener<string>) => {
      if (folder === file("sub")) throw Object.assign(new Error("no more"), { code: "ENOSPC" });
      return watch(folder, listener);
    };
    watcher = new FileWatcher(
      (files) => changes.push(files),
      (folders) => reported.push(...folders),
      limited,
    );
    mkdirSync(file("sub"));
    for (const _ of ["set", "and once more, after a reload"]) watcher.set([file("a.ts"), file("sub/d.ts")]);
    writeFileSync(file("a.ts"), "new");
    await changeNumber(1);
    assert.deepEqual(changes, [[file("a.ts")]]);
    assert.deepEqual(reported, [{ folder: file("sub"), code: "ENOSPC", message: "no more" }]);
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
