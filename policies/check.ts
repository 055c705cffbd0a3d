/** Runs every rule over a recorded program, and takes out what a waiver allows. */
import type { Recording } from "../program/recording.ts";
import { isProduction } from "./reading.ts";
import type { Finding, Rule } from "./rule.ts";
import { allRules } from "./rules/all.ts";
import { type Waiver, waivers as waiversOfThisProgram } from "./waivers.ts";

export interface Violation extends Finding {
  /** Id of the rule. */
  rule: string;
  standards: string[];
  /** Logical name of the resource. */
  resource: string;
  title: string;
  remedy: string;
}

export interface Verdict {
  /** How many rules were asked: those of production only there. */
  rules: number;
  /** Broken rules that nothing excuses. */
  violations: Violation[];
  /** Broken rules that a waiver excuses, with its reason. */
  waived: (Violation & { reason: string })[];
  /** What is wrong with the waivers themselves, one sentence each. */
  waiverMistakes: string[];
}

export interface CheckOptions {
  rules?: Rule[];
  waivers?: Waiver[];
}

export function check(recording: Recording, options: CheckOptions = {}): Verdict {
  const { waivers = waiversOfThisProgram } = options;
  const known = options.rules ?? allRules;
  const production = isProduction(recording);
  const rules = known.filter((rule) => production || !rule.onlyInProduction);
  const here = waivers.filter((waiver) => waiver.stacks.includes(recording.stack));
  const valid = here.filter((waiver) => mistakeIn(waiver, known) === undefined);
  const found = violationsOf(recording, rules);
  const waiverFor = ({ rule, resource }: Violation) =>
    valid.find((waiver) => waiver.rule === rule && waiver.resource === resource);
  const used = new Set(found.map(waiverFor));
  return {
    rules: rules.length,
    violations: found.filter((violation) => waiverFor(violation) === undefined),
    waived: found.flatMap((violation) => {
      const waiver = waiverFor(violation);
      return waiver ? [{ ...violation, reason: waiver.reason }] : [];
    }),
    waiverMistakes: [
      ...here.map((waiver) => mistakeIn(waiver, known)).filter((mistake) => mistake !== undefined),
      ...valid
        .filter((waiver) => !used.has(waiver))
        .map((waiver) => `${described(waiver)} is not needed: nothing breaks the rule; remove it`),
    ],
  };
}

function violationsOf(recording: Recording, rules: Rule[]): Violation[] {
  const names = new Map(recording.resources.map(({ urn, name }) => [urn, name]));
  return rules.flatMap((rule) =>
    rule.check(recording).map((finding) => ({
      ...finding,
      rule: rule.id,
      standards: rule.standards,
      resource: names.get(finding.urn) ?? `${recording.project}-${recording.stack}`,
      title: rule.title,
      remedy: rule.remedy,
    })),
  );
}

function mistakeIn(waiver: Waiver, rules: Rule[]): string | undefined {
  const rule = rules.find(({ id }) => id === waiver.rule);
  if (!rule) return `${described(waiver)} names a rule that does not exist`;
  if (rule.waivable === false)
    return `${described(waiver)} is refused: no reason excuses this (${rule.title})`;
  if (waiver.reason.trim().length === 0) return `${described(waiver)} gives no reason`;
  return undefined;
}

function described({ rule, resource }: Waiver): string {
  return `The waiver of ${rule} for "${resource}"`;
}
