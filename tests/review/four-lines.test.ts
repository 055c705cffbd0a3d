import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { matchesExpected } from "../../packages/tandem/tests/review/support/expected.ts";
import { reportOf } from "../../packages/tandem/tests/review/support/fixture.ts";
import * as fourLines from "./four-lines.ts";

const expected = path.join(import.meta.dirname, "expected/four-lines");

describe("reports of a change of four lines", () => {
  it("tell of it in Markdown, JSON and text as expected", async () => {
    matchesExpected(expected, await reportOf(fourLines));
  });

  it("take at most 40 lines for both stages, and the page for reviewers shows them", () => {
    const markdown = readFileSync(`${expected}.md`, "utf8");
    assert.ok(markdown.split("\n").length - 1 <= 40);
    const page = readFileSync("packages/tandem/docs/reviewing-a-change.md", "utf8");
    const shown = markdown.slice(markdown.indexOf("- **dev**"), markdown.indexOf("\n<details>"));
    assert.ok(
      page.includes(shown),
      "packages/tandem/docs/reviewing-a-change.md shows expected/four-lines.md",
    );
  });
});
