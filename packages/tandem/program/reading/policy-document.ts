/**
 * The one reader of policy documents: text or object, secrets anywhere, one or a list of everything. It keeps apart a
 * document that is not there, one that is not known before a deployment, and parts that are not known of one that is.
 */
import { isObject } from "../../shared/json.ts";
import type { Value } from "../recording.ts";
import { isKind, isSecret, isUnknown } from "./value.ts";

export interface Condition {
  /** As written, e.g. `ForAnyValue:StringLikeIfExists`. */
  operator: string;
  key: string;
  values: string[];
  /** A value of it is not known before a deployment. */
  unknown?: true;
}

export interface Principal {
  /** `AWS`, `Service`, `Federated` or `CanonicalUser`. */
  kind: string;
  name: string;
}

export interface Statement {
  effect: "Allow" | "Deny";
  actions: string[];
  /** `NotAction`: every action but these. */
  exceptActions: boolean;
  resources: string[];
  /** `NotResource`: every resource but these. */
  exceptResources: boolean;
  conditions: Condition[];
  /** Of the policy of a resource or of a role's trust: whom it is about. `except`: everybody but these. */
  principals?: { except: boolean; named: Principal[] };
  /** Elements of which a part is not known before a deployment, e.g. `Resource`. */
  unknown?: string[];
}

export type PolicyReading =
  | { state: "none" }
  | { state: "unknown" }
  /** `faults`: what AWS refuses such a document for, each with its place. The statements are read as far as they can be. */
  | { state: "read"; statements: Statement[]; faults: string[]; version: string };

/** Also that of a document that says none. */
const OLDER = "2008-10-17";
const NEWER = "2012-10-17";

export interface PolicyOptions {
  /** What a secret part is read as where it must not be shown. Otherwise secrets are seen through. */
  secretAs?: string;
}

/** Those of IAM; AWS creates no policy with another. */
const OPERATOR = new RegExp(
  `^((ForAllValues|ForAnyValue):)?(${[
    "String(Not)?(Equals(IgnoreCase)?|Like)",
    "(Numeric|Date)((Not)?Equals|(Less|Greater)Than(Equals)?)",
    "Arn(Not)?(Equals|Like)",
    "Bool|BinaryEquals|(Not)?IpAddress",
  ].join("|")})(IfExists)?$|^Null$`,
  "i",
);

const UNKNOWN = Symbol("not known before a deployment");

type Json = Record<string, unknown>;

export function readPolicy(document: unknown, { secretAs }: PolicyOptions = {}): PolicyReading {
  if (document === undefined || document === null) return { state: "none" };
  if (secretAs !== undefined && isSecret(document as Value)) return { state: "unknown" };
  const known = withoutMarks(document as Value, secretAs);
  if (known === UNKNOWN) return { state: "unknown" };
  const policy = typeof known === "string" ? parsed(known) : { value: known };
  if ("fault" in policy) return { state: "read", statements: [], faults: [policy.fault], version: OLDER };
  if (!isObject(policy.value))
    return { state: "read", statements: [], faults: ["is no JSON object"], version: OLDER };
  const { Statement: stated, Version: version = OLDER } = policy.value;
  const faults: string[] = stated === undefined ? ["has no Statement"] : [];
  if (version !== UNKNOWN && version !== OLDER && version !== NEWER)
    faults.push(`Version is ${JSON.stringify(version)}; allowed are "${OLDER}" and "${NEWER}"`);
  const statements = listOf(stated).map((statement, index) =>
    readStatement(statement, (what) => faults.push(`statement ${index + 1}: ${what}`)),
  );
  return { state: "read", statements, faults, version: String(version === UNKNOWN ? NEWER : version) };
}

/** The statements as calls are judged by them. */
export function judgedStatements({ statements, version }: PolicyReading & { state: "read" }): Statement[] {
  return version === OLDER ? statements.map(withoutVariables) : statements;
}

/** The older version knows no variables: `${aws:username}` is that text. `${$}` is how the newer one writes a dollar. */
function withoutVariables(statement: Statement): Statement {
  const plain = (texts: string[]) => texts.map((text) => text.replace(/\$(?=\{)/g, `\${$}`));
  return {
    ...statement,
    resources: plain(statement.resources),
    conditions: statement.conditions.map((condition) => ({ ...condition, values: plain(condition.values) })),
  };
}

type Fault = (what: string) => void;

function readStatement(raw: unknown, fault: Fault): Statement {
  if (raw !== UNKNOWN && !isObject(raw)) fault("is no JSON object");
  const statement = isObject(raw) ? raw : {};
  const unknown = raw === UNKNOWN ? ["Statement"] : [];
  const elements = Object.keys(statement).filter((name) => !["Condition", "Sid"].includes(name));
  unknown.push(...elements.filter((name) => holdsUnknown(statement[name])));
  const { Effect: effect } = statement;
  if (isObject(raw) && effect !== "Allow" && effect !== "Deny" && effect !== UNKNOWN)
    fault(`Effect is ${JSON.stringify(effect)}; allowed are "Allow" and "Deny"`);
  const actions = oneOf(statement, "Action", "NotAction", fault);
  for (const action of actions.texts) {
    if (action !== "*" && !/^[\w-]+:[\w*?]+$/.test(action)) fault(`"${action}" is no action`);
  }
  const resources = oneOf(statement, "Resource", "NotResource", fault);
  return {
    effect: effect === "Allow" ? "Allow" : "Deny",
    actions: actions.texts,
    exceptActions: actions.except,
    resources: resources.texts,
    exceptResources: resources.except,
    conditions: conditionsOf(statement.Condition, fault),
    ...principalsOf(statement, fault),
    ...(unknown.length > 0 && { unknown }),
  };
}

function oneOf(statement: Json, name: string, opposite: string, fault: Fault) {
  const except = statement[opposite] !== undefined;
  if (except && statement[name] !== undefined)
    fault(`has both ${name} and ${opposite}, needs one of the two`);
  return { texts: textsOf(statement[except ? opposite : name], except ? opposite : name, fault), except };
}

function principalsOf({ Principal, NotPrincipal }: Json, fault: Fault): Pick<Statement, "principals"> {
  const except = Principal === undefined;
  const given = except ? NotPrincipal : Principal;
  if (given === undefined) return {};
  const element = except ? "NotPrincipal" : "Principal";
  if (given === UNKNOWN) return { principals: { except, named: [] } };
  if (typeof given === "string" && given !== "*") fault(`${element} is neither "*" nor an object of texts`);
  const kinds = isObject(given) ? Object.entries(given) : [["AWS", given] as const];
  const named = kinds.flatMap(([kind, names]) =>
    textsOf(names, `${element} ${kind}`, fault).map((name) => ({ kind, name })),
  );
  for (const { name } of named) {
    if (name !== "*" && name.includes("*"))
      fault(
        `${element} "${name}" has a wildcard, which matches no part of a name; a condition on aws:PrincipalArn can`,
      );
  }
  return { principals: { except, named } };
}

function conditionsOf(block: unknown, fault: Fault): Condition[] {
  if (block === undefined) return [];
  if (block === UNKNOWN) return [{ operator: "Condition", key: "", values: [], unknown: true }];
  if (!isObject(block)) fault("Condition is no JSON object");
  return Object.entries(isObject(block) ? block : {}).flatMap(([operator, keys]) => {
    if (!OPERATOR.test(operator)) fault(`Condition ${operator} is no operator of IAM, e.g. StringEquals`);
    if (keys === UNKNOWN) return [{ operator, key: "", values: [], unknown: true as const }];
    if (!isObject(keys)) fault(`Condition ${operator} is no JSON object`);
    return Object.entries(isObject(keys) ? keys : {}).map(([key, value]) => ({
      operator,
      key,
      values: textsOf(value, `Condition ${operator} ${key}`, fault),
      ...(holdsUnknown(value) && { unknown: true as const }),
    }));
  });
}

/** IAM takes one text or a list; numbers and booleans count as their text. What is not known is left out. */
function textsOf(value: unknown, element: string, fault: Fault): string[] {
  return listOf(value).flatMap((item) => {
    if (item === UNKNOWN) return [];
    if (typeof item !== "object" || item === null) return [String(item)];
    fault(`${element} has a value that is neither text nor a list of texts`);
    return [];
  });
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function holdsUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === UNKNOWN;
  return Object.values(value).some(holdsUnknown);
}

function parsed(text: string): { value: unknown } | { fault: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { fault: `is no JSON (${(error as Error).message})` };
  }
}

/** The value of a recording as JSON has it: secrets opened, references as their ids. */
function withoutMarks(value: Value, secretAs: string | undefined): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withoutMarks(item, secretAs));
  if (isUnknown(value)) return UNKNOWN;
  if (isSecret(value)) return secretAs ?? withoutMarks(value.value, secretAs);
  if (isKind(value, "resource")) return value.id ?? UNKNOWN;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutMarks(item as Value, secretAs)]),
  );
}
