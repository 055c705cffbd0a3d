/** A report for the terminal. */
import { paint } from "../../shared/terminal.ts";
import type { Entry, Sign } from "./entry.ts";
import { plainLine } from "./line.ts";
import { failureText, type Report, SCOPE, summaryText } from "./report.ts";
import { sectionsOf } from "./sections.ts";

const COLOURS: Record<Sign, Parameters<typeof paint>[0]> = {
  "+": "green",
  "-": "red",
  "~": "yellow",
  "!": ["red", "bold"],
};

export function renderText(report: Report): string {
  const { base, notes, diffs, failures } = report;
  const lines = [
    ...failures.flatMap((failure) => [
      paint(["red", "bold"], failureText(report, failure)),
      ...failure.reason.split("\n").map((text) => `  ${text}`),
    ]),
    ...diffs.map((diff) => paint("bold", `${diff.stack}: ${summaryText(diff)}`)),
    `compared with ${base.revision} (${base.commit.slice(0, 12)})`,
    SCOPE,
    ...notes.map((note) => `note: ${note}`),
  ];
  for (const { title, entries } of sectionsOf(diffs)) {
    lines.push("", paint("bold", title), ...entries.flatMap(entryLines));
  }
  return lines.join("\n");
}

function entryLines({ sign, text, details }: Entry): string[] {
  return [
    `  ${paint(COLOURS[sign], `${sign} ${plainLine(text)}`)}`,
    ...details.map((detail) => `      ${plainLine(detail)}`),
  ];
}
