import assert from "node:assert/strict";
import { describeRepeated, RepeatedReloads } from "../../local/repeated-reloads.ts";
import { eventually } from "../support/patience.ts";

describe("files that change again whenever they have been taken over", () => {
  let time: number;
  /** Of every file; now unless given. */
  let modified: number | undefined;
  let late: string[][];
  let found: string[][];
  let repeated: RepeatedReloads;

  beforeEach(() => {
    [time, modified, late, found] = [0, undefined, [], []];
    repeated = new RepeatedReloads({
      late: (files) => late.push(files),
      found: (files) => found.push([...files]),
      firstWait: 5,
      now: () => time,
      modifiedAt: () => modified ?? time,
    });
  });
  afterEach(() => repeated.close());

  const reload = (...files: string[]) => {
    repeated.began(files);
    repeated.ended();
  };
  /** The program writes them while it runs for them. */
  const reloadDuring = (...files: string[]) => {
    repeated.began(files);
    const taken = repeated.take(files);
    repeated.ended();
    return taken;
  };
  const untilHeld = () => {
    repeated.take(["made.json"]);
    for (let times = 1; times < 5; times += 1)
      assert.deepEqual(reloadDuring("made.json"), ["made.json"], `${times}`);
    assert.deepEqual(reloadDuring("made.json"), []);
  };

  it("are waited for from the fifth time on that they change during a reload, which is said once", async () => {
    untilHeld();
    assert.deepEqual(found, [["made.json"]]);
    await eventually(() => late.length === 1);
    assert.deepEqual(late, [["made.json"]]);
    assert.deepEqual(reloadDuring("made.json"), []);
    await eventually(() => late.length === 2);
    assert.equal(found.length, 1);
  });

  it("are waited for when something changes them after each reload, as another run does", () => {
    repeated.take(["fn.zip"]);
    for (let times = 1; times < 20; times += 1) {
      reload("fn.zip");
      time += 1_500;
      assert.deepEqual(repeated.take(["fn.zip"]), ["fn.zip"], `${times}`);
    }
    reload("fn.zip");
    assert.deepEqual(repeated.take(["fn.zip"]), []);
  });

  it("are waited for as soon where a change at the end of a reload is told after it", () => {
    repeated.take(["made.json"]);
    for (let times = 1; times <= 5; times += 1) {
      time += 100;
      reload("made.json");
      modified = time - 1;
      time += 30;
      assert.equal(repeated.take(["made.json"]).length, times < 5 ? 1 : 0, `${times}`);
    }
  });

  it("are a reason at once together with what else is saved, and wait no more", () => {
    untilHeld();
    assert.deepEqual(repeated.take(["index.ts"]), ["made.json", "index.ts"]);
    assert.deepEqual(reloadDuring("made.json", "index.ts"), ["made.json", "index.ts"]);
    assert.deepEqual(late, []);
  });

  it("are none that a person saved once in between", () => {
    repeated.take(["index.ts"]);
    reload("index.ts", "made.json");
    untilHeld();
    assert.deepEqual(found, [["made.json"]]);
    assert.deepEqual(repeated.take(["index.ts"]), ["made.json", "index.ts"]);
  });

  it("are a reason at once when they are saved later", async () => {
    untilHeld();
    await eventually(() => late.length === 1);
    reload("made.json");
    time += 2_001;
    assert.deepEqual(repeated.take(["made.json"]), ["made.json"]);
  });

  it("count once a reload, however often they are saved during it", () => {
    repeated.take(["a"]);
    repeated.began(["a"]);
    for (let times = 0; times < 30; times += 1) assert.deepEqual(repeated.take(["a"]), ["a"]);
    assert.deepEqual(found, []);
  });

  it("are named from the project's folder, three of them", () => {
    const files = ["/p/a", "/p/b/c", "/d", "/p/e", "/p/f"];
    assert.match(describeRepeated(files, "/p"), /: a, b\/c, \.\.\/d and 2 more\. /);
  });
});
