/** Policy documents as AWS reads them. A document AWS would refuse as malformed is refused here, with its place. */
import { UserError } from "../service.ts";

export interface Condition {
  /** As written, e.g. `ForAnyValue:StringLikeIfExists`. */
  operator: string;
  key: string;
  values: string[];
}

export interface Principals {
  /** `NotPrincipal`: everybody but these. */
  except: boolean;
  /** ARNs, account numbers or `*`; services and federated users are left out. */
  accounts: string[];
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
  /** In the policy of a resource: whom it is about. A role's own policy does not say. */
  principals?: Principals;
  /** Which resource of the program says so, for messages. */
  source: string;
}

type Json = Record<string, unknown>;

/** `document` is JSON text or the object it stands for. */
export function parsePolicy(document: unknown, source: string): Statement[] {
  const policy = typeof document === "string" ? parseJson(document, source) : document;
  if (!isObject(policy)) throw malformed(source, "is no JSON object");
  const listed = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  return listed.map((statement, index) => parseStatement(statement, source, index));
}

function parseStatement(statement: unknown, source: string, index: number): Statement {
  const fail = (what: string) => malformed(source, `statement ${index + 1}: ${what}`);
  if (!isObject(statement)) throw fail("is no JSON object");
  const { Effect: effect } = statement;
  if (effect !== "Allow" && effect !== "Deny") {
    throw fail(`Effect is ${JSON.stringify(effect)}; allowed are "Allow" and "Deny"`);
  }
  const actions = oneOf(statement, "Action", "NotAction", fail);
  const resources = oneOf(statement, "Resource", "NotResource", fail);
  for (const action of actions.texts) {
    if (action !== "*" && !/^[\w-]+:[\w*?]+$/.test(action)) throw fail(`"${action}" is no action`);
  }
  for (const resource of resources.texts) {
    if (resource !== "*" && resource.split(":").length < 6)
      throw fail(`"${resource}" is neither an ARN nor "*"`);
  }
  return {
    effect,
    actions: actions.texts,
    exceptActions: actions.except,
    resources: resources.texts,
    exceptResources: resources.except,
    conditions: conditionsOf(statement.Condition, fail),
    ...principalsOf(statement, fail),
    source,
  };
}

function oneOf(statement: Json, name: string, opposite: string, fail: (what: string) => UserError) {
  const except = statement[name] === undefined;
  const texts = textsOf(except ? statement[opposite] : statement[name]);
  if (!texts || texts.length === 0 || (!except && statement[opposite] !== undefined)) {
    throw fail(`needs ${name} or ${opposite}, one of the two, as text or a list of texts`);
  }
  return { texts, except };
}

function principalsOf(
  { Principal, NotPrincipal }: Json,
  fail: (what: string) => UserError,
): { principals?: Principals } {
  const given = Principal ?? NotPrincipal;
  if (given === undefined) return {};
  const accounts = given === "*" ? [given] : isObject(given) ? textsOf(given.AWS ?? []) : undefined;
  if (!accounts) throw fail('Principal is neither "*" nor an object of texts');
  return { principals: { except: Principal === undefined, accounts } };
}

function conditionsOf(block: unknown, fail: (what: string) => UserError): Condition[] {
  if (block === undefined) return [];
  if (!isObject(block)) throw fail("Condition is no JSON object");
  return Object.entries(block).flatMap(([operator, keys]) => {
    if (!isObject(keys)) throw fail(`Condition ${operator} is no JSON object`);
    return Object.entries(keys).map(([key, value]) => {
      const values = textsOf(value);
      if (!values)
        throw fail(`Condition ${operator} ${key} has a value that is neither text nor a list of texts`);
      return { operator, key, values };
    });
  });
}

/** Numbers and booleans count as their text, as they do in AWS. */
function textsOf(value: unknown): string[] | undefined {
  const items = Array.isArray(value) ? value : [value];
  const plain = items.every((item) => ["string", "number", "boolean"].includes(typeof item));
  return plain ? items.map(String) : undefined;
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(source, `is no JSON (${(error as Error).message})`);
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(source: string, what: string): UserError {
  return new UserError(`The policy of ${source} is malformed: ${what}.`);
}
