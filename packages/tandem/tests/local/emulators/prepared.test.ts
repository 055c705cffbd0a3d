import assert from "node:assert/strict";
import { Prepared } from "../../../local/emulators/prepared.ts";

describe("something prepared early", () => {
  const make = async () => "made";
  const fail = async () => {
    throw new Error("damaged");
  };
  const never = async () => assert.fail("it was begun already");

  it("is taken as it was begun, once", async () => {
    const prepared = new Prepared<string>();
    prepared.begin(make);
    assert.equal(await prepared.take(never), "made");
    assert.equal(await prepared.take(async () => "made anew"), "made anew");
    assert.equal(await prepared.untaken(), undefined);
  });

  it("is made when nothing was begun", async () => {
    assert.equal(await new Prepared<string>().take(make), "made");
  });

  it("fails where it is taken, not where it is begun", async () => {
    const prepared = new Prepared<string>();
    prepared.begin(fail);
    await assert.rejects(prepared.take(never), { message: "damaged" });
  });

  it("is handed over to be undone when nobody took it, unless it failed", async () => {
    const prepared = new Prepared<string>();
    prepared.begin(make);
    assert.equal(await prepared.untaken(), "made");
    prepared.begin(fail);
    assert.equal(await prepared.untaken(), undefined);
  });
});
