/** Runs every rule over a recorded program, and takes out what a waiver allows. */

import type { Recording } from "../program/recording.ts";
import { isProduction, typesAskedOf } from "./reading.ts";
import type { Finding, Rule } from "./rule.ts";
import { allRules } from "./rules/all.ts";
import type { Waiver } from "./waivers.ts";

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
  /** Types of resources that no rule knows, each with how many there are: they are not judged, which is not the same as good. */
  unjudged: { type: string; count: number }[];
  /** What is wrong with the waivers themselves, one sentence each. */
  waiverMistakes: string[];
}

export interface CheckOptions {
  rules?: Rule[];
  /** Those of the program; none unless given. */
  waivers?: Waiver[];
  /** All stacks of the program, where they are known: a waiver for none of them excuses nothing. */
  stacks?: string[];
}

export function check(given: Recording, options: CheckOptions = {}): Verdict {
  // An object of its own: what the rules ask of it is not what others asked of the same recording.
  const recording = { ...given };
  const { waivers = [], stacks = [] } = options;
  const known = options.rules ?? allRules;
  const production = isProduction(recording);
  const rules = known.filter((rule) => production || !rule.onlyInProduction);
  const here = waivers.filter((waiver) => waiver.stacks.includes(recording.stack));
  const valid = here.filter((waiver) => mistakeIn(waiver, known) === undefined);
  // Rules of production are asked everywhere, so that what they know counts as known; they count in production only.
  const ids = new Set(rules.map(({ id }) => id));
  const found = violationsOf(recording, known).filter(({ rule }) => ids.has(rule));
  const waiverFor = ({ rule, resource }: Violation) =>
    valid.find((waiver) => waiver.rule === rule && waiver.resource === resource);
  const used = new Set(found.map(waiverFor));
  const isKept = (waiver: Waiver): boolean => {
    const rule = known.find(({ id }) => id === waiver.rule);
    return rule?.mayComeToBreak?.(recording).some(({ name }) => name === waiver.resource) ?? false;
  };
  return {
    rules: rules.length,
    violations: found.filter((violation) => waiverFor(violation) === undefined),
    waived: found.flatMap((violation) => {
      const waiver = waiverFor(violation);
      return waiver ? [{ ...violation, reason: waiver.reason }] : [];
    }),
    unjudged: unjudged(recording),
    waiverMistakes: [
      ...here.map((waiver) => mistakeIn(waiver, known)).filter((mistake) => mistake !== undefined),
      ...valid
        .filter((waiver) => !used.has(waiver) && !isKept(waiver))
        .map((waiver) =>
          isRepeated(waiver, valid)
            ? `${described(waiver)} stands there twice; remove one`
            : `${described(waiver)} is not needed: nothing breaks the rule; remove it`,
        ),
      ...waivers
        .filter((waiver) => isForNoneOf(stacks, waiver))
        .map(
          (waiver) =>
            `${described(waiver)} is for ${waiver.stacks.join(", ")}, and there is no such stack; there are: ${stacks.join(", ")}`,
        ),
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

/** What only joins or names others: there is nothing in it that a rule could want otherwise. */
const NOTHING_TO_JUDGE = [
  /^pulumi:/,
  /^aws:apigateway\/(deployment|integrationResponse|methodResponse|model|resource):/,
  /^aws:apigatewayv2\/(apiMapping|authorizer|deployment|integrationResponse):/,
  /^aws:cloudwatch\/(dashboard|eventRule):/,
  /^aws:ec2\/(internetGateway|route|routeTable|routeTableAssociation):/,
  /^aws:iam\/(group|groupMembership|instanceProfile|user):/,
  /^aws:kms\/alias:/,
  /^aws:lambda\/layerVersion:/,
  /^aws:route53\/(record|zone):/,
  /^aws:scheduler\/scheduleGroup:/,
  /^aws:sqs\/redriveAllowPolicy:/,
  /^aws:vpc\/securityGroupEgressRule:/,
  /^aws:xray\//,
  /^mongodbatlas:index\/(alertConfiguration|privateLinkEndpoint|privateLinkEndpointService|project):/,
  /^random:/,
];

function unjudged(recording: Recording): Verdict["unjudged"] {
  const known = typesAskedOf(recording);
  const others = recording.resources.filter(
    ({ type, custom, remote, read }) =>
      (custom || remote) &&
      !read &&
      !known.has(type) &&
      !NOTHING_TO_JUDGE.some((pattern) => pattern.test(type)),
  );
  return [...Map.groupBy(others, ({ type }) => type)]
    .map(([type, resources]) => ({ type, count: resources.length }))
    .sort((a, b) => (a.type < b.type ? -1 : 1));
}

function mistakeIn(waiver: Waiver, rules: Rule[]): string | undefined {
  const rule = rules.find(({ id }) => id === waiver.rule);
  if (!rule) return `${described(waiver)} names a rule that does not exist`;
  if (rule.waivable === false)
    return `${described(waiver)} is refused: no reason excuses this (${rule.title})`;
  if (waiver.reason.trim().length === 0) return `${described(waiver)} gives no reason`;
  return undefined;
}

function isRepeated({ rule, resource }: Waiver, waivers: Waiver[]): boolean {
  return waivers.filter((other) => other.rule === rule && other.resource === resource).length > 1;
}

function isForNoneOf(stacks: string[], waiver: Waiver): boolean {
  return stacks.length > 0 && !waiver.stacks.some((stack) => stacks.includes(stack));
}

function described({ rule, resource }: Waiver): string {
  return `The waiver of ${rule} for "${resource}"`;
}
