import assert from "node:assert/strict";
import { LimitedExpression, wholeText, withinTime } from "../../local/time-limit.ts";
import { inShortTime } from "./support/short-time.ts";

const LONG = "x".repeat(20_000);

describe("an expression of a program", () => {
  it("gives what it finds, in short texts and in long ones", () => {
    assert.equal(new LimitedExpression("a(b+)").exec("cabb")?.[1], "bb");
    assert.equal(new LimitedExpression(".*y.*").exec(`${LONG}y`)?.[0], `${LONG}y`);
    assert.equal("a1b22".replaceAll(new LimitedExpression("\\d+", "g"), "-"), "a-b-");
  });

  it("is ended where a group that repeats takes it time that doubles with each character", () => {
    const slow = new LimitedExpression("(a+)+b");
    assert.throws(() => slow.test("a".repeat(60)), {
      message: "the pattern (a+)+b takes longer than 250 ms",
    });
    assert.equal(slow.test("aab"), true);
  });

  it("is ended where few repetitions take it as long, in a long text", async () => {
    const slow = new LimitedExpression(".*x.*y");
    await assert.rejects(() => inShortTime(() => slow.test(LONG)), {
      message: "the pattern .*x.*y takes longer than 250 ms",
    });
    assert.equal(slow.test("xy"), true);
  });

  it("says nothing of its own where its time is up, and leaves other errors as they are", async () => {
    assert.equal(await inShortTime(() => withinTime(".*x.*y", LONG, () => /.*x.*y/.test(LONG))), undefined);
    const boom = () => {
      throw new Error("boom");
    };
    assert.throws(() => withinTime("(a)+", "a", boom), { message: "boom" });
  });

  it("takes the whole text as Java's does, where JavaScript knows it at all", () => {
    assert.equal(wholeText("a|ab")?.test("ab"), true);
    assert.equal(wholeText("a|b")?.test("ab"), false);
    assert.equal(wholeText("a)(b"), undefined);
    assert.equal(wholeText("("), undefined);
  });
});
