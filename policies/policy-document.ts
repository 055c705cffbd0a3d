/** IAM policy documents: parsed, and with everything that may be one text or several made a list. */
import type { Value } from "../program/recording.ts";

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

/** Undefined for what cannot be judged: not known before the deployment. */
export function statementsOf(document: Value | undefined): Statement[] | undefined {
  if (typeof document !== "string") return undefined;
  const parsed = JSON.parse(document) as { Statement?: RawStatement | RawStatement[] };
  return texts(parsed.Statement).map((raw) => ({
    effect: raw.Effect,
    actions: texts(raw.Action),
    exceptions: [...texts(raw.NotAction), ...texts(raw.NotResource)],
    resources: texts(raw.Resource),
    principals: principalsOf(raw.Principal),
    conditions: Object.fromEntries(
      Object.entries(raw.Condition ?? {}).map(([operator, keys]) => [
        operator,
        Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, texts(value)])),
      ]),
    ),
  }));
}

interface RawStatement {
  Effect: "Allow" | "Deny";
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Principal?: string | Record<string, string | string[]>;
  Condition?: Record<string, Record<string, string | string[]>>;
}

function principalsOf(principal: RawStatement["Principal"]): string[] {
  if (principal === undefined) return [];
  if (typeof principal === "string") return [`AWS:${principal}`];
  return Object.entries(principal).flatMap(([kind, names]) => texts(names).map((name) => `${kind}:${name}`));
}

function texts<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
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
