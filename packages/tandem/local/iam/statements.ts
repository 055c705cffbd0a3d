/** Policies as calls are judged by them. What AWS would refuse as malformed is told with its place. */

import { judgedStatements, readPolicy, type Statement } from "../../program/reading/policy-document.ts";
import { containsSecret } from "../../program/reading/value.ts";
import type { Value } from "../../program/recording.ts";
import { UserError } from "../../shared/user-error.js";

export type { Condition } from "../../program/reading/policy-document.ts";

export interface SourcedStatement extends Statement {
  /** Which resource of the program says so, for messages. */
  source: string;
  /** The document holds a secret: what it says is judged and not shown. */
  isSecret?: true;
}

/** What may be shown of a statement. */
export function shownStatement({ source, actions, resources, isSecret }: SourcedStatement) {
  return { source, actions, resources: isSecret ? resources.map(() => "[secret]") : resources };
}

/** `document` is JSON text or the object it stands for. */
export function parsePolicy(document: unknown, source: string): SourcedStatement[] {
  const { statements, fault } = read(document, source);
  if (fault !== undefined) throw new UserError(`The policy of ${source} is ${fault}.`);
  return statements;
}

/** What the program's policy says; of one that AWS would refuse nothing (`malformed.ts` reports it). */
export function policyStatements(document: unknown, source: string): SourcedStatement[] {
  const { statements, fault } = read(document, source);
  return fault === undefined ? statements : [];
}

/** Why AWS would refuse the document, e.g. `malformed: is no JSON object`. */
export function policyFault(document: unknown): string | undefined {
  return read(document, "").fault;
}

function read(document: unknown, source: string): { statements: SourcedStatement[]; fault?: string } {
  const reading = readPolicy(document);
  if (reading.state === "unknown")
    return { statements: [unknownPolicy(`${source} (unknown before a deployment)`, "Deny")] };
  const faults = reading.state === "none" ? ["is no JSON object"] : reading.faults;
  const statements = reading.state === "none" ? [] : judgedStatements(reading);
  const fault = shownFault([...faults, ...statements.flatMap(lacking)], document);
  const isSecret = containsSecret(document as Value) && { isSecret: true as const };
  return {
    statements: statements.map((statement) => ({ ...statement, source, ...isSecret })),
    ...(fault === undefined ? {} : { fault }),
  };
}

/** The first, as a person may read it: a fault quotes the document. */
export function shownFault([first]: readonly string[], document: unknown): string | undefined {
  if (first === undefined) return undefined;
  return containsSecret(document as Value)
    ? "malformed; it holds a secret, so that what is wrong is not shown"
    : `malformed: ${first}`;
}

/** Stands for all that a policy says whose content is not known here. One that may deny leaves every call open. */
export function unknownPolicy(source: string, effect: SourcedStatement["effect"]): SourcedStatement {
  return {
    effect,
    actions: [],
    exceptActions: false,
    resources: [],
    exceptResources: false,
    conditions: [],
    unknown: [WHOLE],
    source,
  };
}

/** Whether nothing of the statement is known. */
export function isUnknown({ unknown }: Statement): boolean {
  return unknown?.includes(WHOLE) ?? false;
}

const WHOLE = "Statement";

function lacking({ actions, resources, unknown = [] }: Statement, index: number): string[] {
  const faults: string[] = [];
  const isUnknown = (name: string) =>
    unknown.some((element) => [WHOLE, name, `Not${name}`].includes(element));
  const needs = (name: string) =>
    faults.push(`needs ${name} or Not${name}, one of the two, as text or a list of texts`);
  if (actions.length === 0 && !isUnknown("Action")) needs("Action");
  if (resources.length === 0 && !isUnknown("Resource")) needs("Resource");
  for (const resource of resources) {
    if (resource === "*") continue;
    if (!resource.startsWith("arn:")) faults.push(`"${resource}" is neither an ARN nor "*"`);
    else if (/[*?]/.test(resource.split(":")[2] ?? ""))
      faults.push(`"${resource}" has a wildcard in the part of the service, which AWS takes in no policy`);
  }
  return faults.map((fault) => `statement ${index + 1}: ${fault}`);
}
