import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { OtherBuilder } from "../../local/other-builder.ts";
import { eventually } from "../support/patience.ts";

describe("somebody else who builds what is deployed", () => {
  const sources = new Set(["tax.ts"]);
  const deployed = new Set(["dist/tax.js"]);
  let late: string[][];
  let builder: OtherBuilder;

  beforeEach(() => {
    late = [];
    builder = new OtherBuilder((files) => late.push(files), 5);
  });
  afterEach(() => builder.close());

  const take = (...files: string[]) => builder.take(files, sources);
  const learn = (files: string[], built: string[] = []) => builder.learn({ files, built, deployed, sources });

  it("is not there until a program was run for a source without building, and the deployed file came afterwards", () => {
    assert.deepEqual(take("tax.ts"), ["tax.ts"]);
    learn(["tax.ts"]);
    assert.deepEqual(take("tax.ts"), ["tax.ts"]);
    learn(["tax.ts"]);
    learn(["dist/tax.js"]);
    assert.deepEqual(take("tax.ts"), []);
  });

  it("is waited for: a source is a reason with what is built of it, once", () => {
    learn(["tax.ts"]);
    learn(["dist/tax.js"]);
    assert.deepEqual(take("tax.ts"), []);
    assert.deepEqual(take("dist/tax.js"), ["tax.ts", "dist/tax.js"]);
    learn(["tax.ts", "dist/tax.js"]);
    assert.deepEqual(take("tax.ts"), []);
    assert.deepEqual(take("index.ts"), ["tax.ts", "index.ts"], "what is no source waits for nobody");
    assert.deepEqual(late, []);
  });

  it("is not there where the program builds, or something else was saved in between", () => {
    learn(["tax.ts"], ["dist/tax.js"]);
    learn(["dist/tax.js"]);
    assert.deepEqual(take("tax.ts"), ["tax.ts"]);
    learn(["tax.ts"]);
    learn(["index.ts"]);
    learn(["dist/tax.js"]);
    assert.deepEqual(take("tax.ts"), ["tax.ts"]);
  });

  it("is not there any more when nothing comes: the source is then a reason by itself", async () => {
    learn(["tax.ts"]);
    learn(["dist/tax.js"]);
    assert.deepEqual(take("tax.ts"), []);
    await eventually(() => late.length > 0);
    assert.deepEqual(late, [["tax.ts"]]);
    assert.deepEqual(take("tax.ts"), ["tax.ts"]);
  });

  it("is still there when there is no news of any file, as of a log that the run itself writes", async () => {
    learn(["tax.ts"]);
    learn(["dist/tax.js"]);
    assert.deepEqual(take(), []);
    await setTimeout(20);
    assert.deepEqual(take("tax.ts"), []);
    assert.deepEqual(late, []);
  });
});
