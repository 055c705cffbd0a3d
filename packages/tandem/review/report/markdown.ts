/**
 * A report for a comment on a pull request: the summary first, then as many whole entries as a comment holds.
 * Everything that comes from the reviewed program is quoted or escaped (line.ts).
 */

import { type Entry, joined } from "./entry.ts";
import { escapeProse, type Line, markdownLine } from "./line.ts";
import { type Failure, failureText, type Report, SCOPE, summaryText } from "./report.ts";
import { type Section, sectionsOf } from "./sections.ts";

/** GitHub takes 65,536 characters; the rest is left to whoever posts it. */
const LONGEST = 60_000;

/** By this line the comment of an earlier run is found. */
export const MARKER = "<!-- program diff -->";

const SIGNS = { "+": "➕", "-": "➖", "~": "✏️", "!": "⛔" } as const;

export function renderMarkdown(report: Report, longest = LONGEST): string {
  const head = headOf(report);
  return head + bodyOf(sectionsOf(report.diffs), longest - head.length);
}

function headOf(report: Report): string {
  const { base, notes, diffs, failures } = report;
  return [
    MARKER,
    "## What this change does",
    ...failures.map((failure) => failureItem(report, failure)),
    ...diffs.map((diff) => `- **${escapeProse(diff.stack)}**: ${escapeProse(summaryText(diff))}`),
    "",
    `<sub>Compared with ${markdownLine([{ code: base.revision }])} (${base.commit.slice(0, 12)}). ${SCOPE}</sub>`,
    ...notes.map((note) => `\n> ${escapeProse(note)}`),
    "",
  ].join("\n");
}

/** The error's own lines below, as they would stand in a terminal. */
function failureItem(report: Report, failure: Failure): string {
  const lines = failure.reason.split("\n").filter((text) => text.trim() !== "");
  const shown = lines
    .slice(0, MOST_LINES_OF_AN_ERROR)
    .map((text) => `  - ${markdownLine([{ code: text.trim() }])}`);
  const left = lines.length - shown.length;
  const more = left > 0 ? [`  - and ${left} more lines`] : [];
  return [`- ⛔ ${escapeProse(failureText(report, failure))}`, ...shown, ...more].join("\n");
}

const MOST_LINES_OF_AN_ERROR = 12;

interface Rendered {
  section: Section;
  lines: string[];
  /** How many of the lines there is room for. */
  shown: number;
}

/** Room is given to the sections by their rank; they stand in the order in which they are read. */
function bodyOf(sections: readonly Section[], room: number): string {
  const rendered: Rendered[] = sections.map((section) => ({
    section,
    lines: section.entries.map(entryText),
    shown: 0,
  }));
  let left = room - ENDING_ROOM;
  for (const one of rendered.toSorted((a, b) => b.section.rank - a.section.rank)) {
    left -= frameOf(one.section).length;
    while (one.shown < one.lines.length && left >= (one.lines[one.shown]?.length ?? 0)) {
      left -= one.lines[one.shown]?.length ?? 0;
      one.shown += 1;
    }
    if (one.shown < one.lines.length) break;
  }
  const missing = rendered.reduce((sum, { lines, shown }) => sum + lines.length - shown, 0);
  return rendered.map(sectionText).join("") + (missing === 0 ? "" : ending(missing));
}

function sectionText({ section, lines, shown }: Rendered): string {
  return shown === 0 ? "" : frameOf(section).replace(CONTENT, () => lines.slice(0, shown).join(""));
}

const CONTENT = "\u0000";

function frameOf({ title, folded }: Section): string {
  return folded
    ? `\n<details><summary>${title}</summary>\n\n${CONTENT}</details>\n`
    : `### ${title}\n${CONTENT}`;
}

/** One line, so that a reader sees one thing at a time. */
function entryText({ sign, text, details }: Entry): string {
  const all: Line = details.length === 0 ? text : [...text, ": ", ...joined(details, "; ")];
  return `- ${SIGNS[sign]} ${markdownLine(all)}\n`;
}

const ENDING_ROOM = 120;

function ending(left: number): string {
  return `\n… and ${left} more that do not fit here: \`npm run diff\` shows them all.\n`;
}
