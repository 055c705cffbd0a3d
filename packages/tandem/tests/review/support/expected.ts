import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { renderJson } from "../../../review/report/json.ts";
import { renderMarkdown } from "../../../review/report/markdown.ts";
import type { Report } from "../../../review/report/report.ts";
import { renderText } from "../../../review/report/text.ts";

/** `UPDATE_EXPECTED=1 npm test -- --grep "reports of"` writes what is expected anew; read the difference before it is kept. */
const update = process.env.UPDATE_EXPECTED === "1";

/** Holds a report in its three forms to the files `<place>.md`, `.json` and `.txt`. */
export function matchesExpected(place: string, report: Report): void {
  matchesFile(`${place}.md`, renderMarkdown(report));
  matchesFile(`${place}.json`, renderJson(report));
  matchesFile(`${place}.txt`, `${renderText(report)}\n`);
}

function matchesFile(file: string, actual: string): void {
  if (update) writeFileSync(file, actual);
  assert.ok(existsSync(file), `${file} is not there`);
  assert.equal(actual, readFileSync(file, "utf8"));
}
