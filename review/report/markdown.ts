/**
 * A report for a comment on a pull request: the summary first, then as many whole entries as a comment holds.
 * Everything that comes from the reviewed program is quoted or escaped (line.ts).
 */

import type { Entry } from "./entry.ts";
import { escapeProse, markdownLine } from "./line.ts";
import { type Report, SCOPE, summaryText } from "./report.ts";
import { type Section, sectionsOf } from "./sections.ts";

/** GitHub takes 65,536 characters; the rest is left to whoever posts it. */
const LONGEST = 60_000;

/** By this line the comment of an earlier run is found. */
export const MARKER = "<!-- tandem: program diff -->";

const SIGNS = { "+": "➕", "-": "➖", "~": "✏️", "!": "⛔" } as const;

export function renderMarkdown(report: Report, longest = LONGEST): string {
  const head = headOf(report);
  return head + bodyOf(sectionsOf(report.diffs), longest - head.length);
}

function headOf({ base, notes, diffs }: Report): string {
  return [
    MARKER,
    "## What this change does",
    ...diffs.map((diff) => `- **${escapeProse(diff.stack)}**: ${escapeProse(summaryText(diff))}`),
    "",
    `Compared with ${markdownLine([{ code: base.revision }])} (${base.commit.slice(0, 12)}). ${SCOPE}`,
    ...notes.map((note) => `\n> ${escapeProse(note)}`),
    "",
  ].join("\n");
}

function bodyOf(sections: readonly Section[], room: number): string {
  let text = "";
  let left = sections.reduce((count, { entries }) => count + entries.length, 0);
  for (const { title, stacks, entries } of sections) {
    const heading = `\n### ${escapeProse(stacks.join(", "))}: ${title}\n\n`;
    let section = "";
    for (const entry of entries) {
      const next = entryText(entry);
      if (text.length + heading.length + section.length + next.length > room - ENDING_ROOM) {
        return `${text}${section === "" ? "" : heading}${section}${ending(left)}`;
      }
      section += next;
      left -= 1;
    }
    text += heading + section;
  }
  return text;
}

function entryText({ sign, text, details }: Entry): string {
  const lines = details.map((detail) => `  - ${markdownLine(detail)}\n`);
  return `- ${SIGNS[sign]} ${markdownLine(text)}\n${lines.join("")}`;
}

const ENDING_ROOM = 120;

function ending(left: number): string {
  return `\n… and ${left} more that do not fit here: \`npm run diff\` shows them all.\n`;
}
