import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { renderJson } from "../../review/report/json.ts";
import { renderMarkdown } from "../../review/report/markdown.ts";
import { renderText } from "../../review/report/text.ts";
import { type Fixture, reportOf } from "./support/fixture.ts";

const here = import.meta.dirname;
const names = readdirSync(path.join(here, "fixtures")).map((file) => path.basename(file, ".ts"));

/** `UPDATE_EXPECTED=1 npm test -- --grep "reports of"` writes what is expected anew; read the difference before it is kept. */
const update = process.env.UPDATE_EXPECTED === "1";

function matchesFile(name: string, actual: string): void {
  const file = path.join(here, "expected", name);
  if (update) writeFileSync(file, actual);
  assert.ok(existsSync(file), `${file} is not there`);
  assert.equal(actual, readFileSync(file, "utf8"));
}

describe("reports of what a change does", () => {
  for (const name of names) {
    it(`tell of ${name.replaceAll("-", " ")} in Markdown, JSON and text as expected`, async () => {
      const report = await reportOf((await import(`./fixtures/${name}.ts`)) as Fixture);
      matchesFile(`${name}.md`, renderMarkdown(report));
      matchesFile(`${name}.json`, renderJson(report));
      matchesFile(`${name}.txt`, `${renderText(report)}\n`);
    });
  }

  it("tell a change of four lines in at most 40, for both stages, and the page for reviewers shows it", () => {
    const markdown = readFileSync(path.join(here, "expected/four-lines.md"), "utf8");
    assert.ok(markdown.split("\n").length - 1 <= 40);
    const page = readFileSync(path.join(here, "../../../../docs/reviewing-a-change.md"), "utf8");
    const shown = markdown.slice(markdown.indexOf("- **dev**"), markdown.indexOf("\n<details>"));
    assert.ok(page.includes(shown), "docs/reviewing-a-change.md shows expected/four-lines.md");
  });

  it("have an expected report for every pair of programs, and no other", () => {
    const expected = readdirSync(path.join(here, "expected")).map((file) => path.parse(file).name);
    assert.deepEqual([...new Set(expected)].sort(), [...names].sort());
  });
});
