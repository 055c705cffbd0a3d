/** IAM policy documents: parsed, and with everything that may be one text or several made a list. */
import type { Value } from "../program/recording.ts";
import { isUnknown, opened } from "./reading.ts";

export interface Statement {
  effect: "Allow" | "Deny";
  actions: string[];
  /** `NotAction` and `NotResource`: everything but these. */
  exceptions: string[];
  resources: string[];
  /** Services, accounts and `*`, each with its kind: `Service:lambda.amazonaws.com`, `AWS:*`. */
  principals: string[];
  conditions: Record<string, Record<string, string[]>>;
}

/**
 * The statements of a document, given as JSON text or as the object it stands for; secrets are seen through wherever they
 * stand. Undefined for what cannot be judged: not known before the deployment. What is no policy document states nothing.
 */
export function statementsOf(document: Value | undefined): Statement[] | undefined {
  const known = knownParts(document);
  if (known === undefined) return undefined;
  return listOf((typeof known === "string" ? parsed(known) : isObject(known) ? known : {}).Statement)
    .filter(isObject)
    .map((raw) => ({
      effect: raw.Effect === "Allow" ? "Allow" : "Deny",
      actions: textsOf(raw.Action),
      exceptions: [...textsOf(raw.NotAction), ...textsOf(raw.NotResource)],
      resources: textsOf(raw.Resource),
      principals: principalsOf(raw.Principal),
      conditions: conditionsOf(raw.Condition),
    }));
}

/** Without marks: secrets opened, and what is not known yet left out, in lists as well. */
function knownParts(value: Value | undefined): unknown {
  const known = opened(value);
  if (known === undefined || isUnknown(known)) return undefined;
  if (Array.isArray(known)) return known.map(knownParts).filter((item) => item !== undefined);
  if (!isObject(known)) return known;
  return Object.fromEntries(
    Object.entries(known).flatMap(([key, item]) => {
      const part = knownParts(item as Value);
      return part === undefined ? [] : [[key, part]];
    }),
  );
}

function parsed(document: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(document);
    return isObject(value) ? value : {};
  } catch {
    return {}; // no JSON: no statement that AWS would follow
  }
}

function principalsOf(principal: unknown): string[] {
  if (!isObject(principal)) return textsOf(principal).map((name) => `AWS:${name}`);
  return Object.entries(principal).flatMap(([kind, names]) =>
    textsOf(names).map((name) => `${kind}:${name}`),
  );
}

function conditionsOf(condition: unknown): Statement["conditions"] {
  if (!isObject(condition)) return {};
  return mapValues(condition, (keys) => (isObject(keys) ? mapValues(keys, textsOf) : {}));
}

/** IAM takes one text, or a list of them. */
function textsOf(value: unknown): string[] {
  return listOf(value).map(String);
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapValues<T>(values: Record<string, unknown>, map: (value: unknown) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}

/** Whether the resource turns away everybody who comes without TLS. */
export function refusesPlainHttp(document: Value | undefined): boolean {
  const statements = statementsOf(document);
  if (statements === undefined) return true;
  return statements.some(
    ({ effect, principals, conditions }) =>
      effect === "Deny" &&
      principals.includes("AWS:*") &&
      conditions.Bool?.["aws:SecureTransport"]?.includes("false"),
  );
}

/** Whether anybody at all may do something: everyone is a principal, and no condition narrows it. */
export function isOpenToEverybody(document: Value | undefined): boolean {
  return (statementsOf(document) ?? []).some(
    ({ effect, principals, conditions }) =>
      effect === "Allow" && principals.includes("AWS:*") && Object.keys(conditions).length === 0,
  );
}
