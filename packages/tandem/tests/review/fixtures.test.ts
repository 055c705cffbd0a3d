import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { matchesExpected } from "./support/expected.ts";
import { type Fixture, reportOf } from "./support/fixture.ts";

const here = import.meta.dirname;
const names = readdirSync(path.join(here, "fixtures")).map((file) => path.basename(file, ".ts"));

describe("reports of what a change does", () => {
  for (const name of names) {
    it(`tell of ${name.replaceAll("-", " ")} in Markdown, JSON and text as expected`, async () => {
      const report = await reportOf((await import(`./fixtures/${name}.ts`)) as Fixture);
      matchesExpected(path.join(here, "expected", name), report);
    });
  }

  it("have an expected report for every pair of programs, and no other", () => {
    const expected = readdirSync(path.join(here, "expected")).map((file) => path.parse(file).name);
    assert.deepEqual([...new Set(expected)].sort(), [...names].sort());
  });
});
