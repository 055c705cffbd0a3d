/** The checks as a person reads them: a section each, what is missing with the command that mends it. */
import { paint } from "../../shared/terminal.ts";
import { type Check, type Section, sections } from "./check.ts";

const SIGNS = { here: "✓", missing: "✗" };

export function renderChecks(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return sections
    .map((section) =>
      renderSection(
        section,
        checks.filter((check) => check.section === section),
        width,
      ),
    )
    .join("\n\n");
}

/** Without what the local run needs, tests do not run either. */
export function canWorkHere(checks: readonly Check[]): boolean {
  return checks.every((check) => check.here || check.section === "deployment");
}

function renderSection(section: Section, checks: readonly Check[], width: number): string {
  const lacking = checks.filter((check) => !check.here).length;
  const needs = section === "tests" ? " (and all of the above)" : "";
  const verdict = lacking === 0 ? "all is here" : `${lacking} to mend`;
  return [
    `${paint("bold", section)}${needs}: ${verdict}`,
    ...checks.flatMap((check) => rows(check, width)),
  ].join("\n");
}

function rows({ here, name, found, mend }: Check, width: number): string[] {
  const sign = here ? paint("green", SIGNS.here) : paint("red", SIGNS.missing);
  const indent = " ".repeat(width + 6);
  const [first = "", ...others] = found.split("\n");
  return [
    `  ${sign} ${name.padEnd(width)}  ${first}`,
    ...others.map((line) => indent + line.trim()),
    ...(mend === undefined ? [] : [`${indent}${paint("cyan", mend)}`]),
  ];
}
