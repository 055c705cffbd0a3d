/** `aws.iam.getPolicyDocument`: computed from its arguments alone, so it is answered in full. */
import { createHash } from "node:crypto";
import type { InvokeAnswer } from "./invoke-answer.ts";

interface Principal {
  type: string;
  identifiers: string[];
}

/** As the function takes it; a policy has other names for the same. */
interface StatementArguments {
  sid?: string;
  effect?: string;
  actions?: string[];
  notActions?: string[];
  resources?: string[];
  notResources?: string[];
  principals?: Principal[];
  notPrincipals?: Principal[];
  conditions?: { test: string; variable: string; values: string[] }[];
}

interface Arguments {
  version?: string;
  policyId?: string;
  statements?: StatementArguments[];
  sourcePolicyDocuments?: string[];
  overridePolicyDocuments?: string[];
}

type RenderedStatement = Record<string, unknown> & { Sid?: string };

export const policyDocumentInvokes: Record<string, InvokeAnswer> = {
  "aws:iam/getPolicyDocument:getPolicyDocument": (args) => {
    const document = render(args as Arguments);
    const json = JSON.stringify(document, undefined, 2);
    const minifiedJson = JSON.stringify(document);
    return { id: createHash("sha256").update(json).digest("hex").slice(0, 10), json, minifiedJson };
  },
};

function render(args: Arguments): Record<string, unknown> {
  const { version = "2012-10-17", policyId, statements = [] } = args;
  const sources = (args.sourcePolicyDocuments ?? []).flatMap(statementsOf);
  const overrides = (args.overridePolicyDocuments ?? []).flatMap(statementsOf);
  const merged = [...statements.map(renderStatement), ...overrides].reduce(override, sources);
  return { Version: version, ...(policyId === undefined ? {} : { Id: policyId }), Statement: merged };
}

/** A statement with the id of an earlier one takes its place. */
function override(before: RenderedStatement[], next: RenderedStatement): RenderedStatement[] {
  const index = next.Sid === undefined ? -1 : before.findIndex(({ Sid }) => Sid === next.Sid);
  return index < 0 ? [...before, next] : before.with(index, next);
}

function statementsOf(document: string): RenderedStatement[] {
  return [
    (JSON.parse(document) as { Statement?: RenderedStatement | RenderedStatement[] }).Statement ?? [],
  ].flat();
}

function renderStatement(statement: StatementArguments): RenderedStatement {
  const rendered: RenderedStatement = {
    Sid: statement.sid === "" ? undefined : statement.sid,
    Effect: statement.effect ?? "Allow",
    Principal: principals(statement.principals),
    NotPrincipal: principals(statement.notPrincipals),
    Action: oneOrMany(statement.actions),
    NotAction: oneOrMany(statement.notActions),
    Resource: oneOrMany(statement.resources),
    NotResource: oneOrMany(statement.notResources),
    Condition: conditions(statement.conditions),
  };
  return Object.fromEntries(Object.entries(rendered).filter(([, value]) => value !== undefined));
}

function principals(all: Principal[] = []): unknown {
  if (all.length === 0) return undefined;
  if (all.some(({ type }) => type === "*")) return "*";
  const byType = Object.groupBy(all, ({ type }) => type);
  return Object.fromEntries(
    Object.entries(byType).map(([type, group = []]) => [
      type,
      oneOrMany(group.flatMap(({ identifiers }) => identifiers)),
    ]),
  );
}

function conditions(all: StatementArguments["conditions"] = []): unknown {
  if (all.length === 0) return undefined;
  const byTest: Record<string, Record<string, unknown>> = {};
  for (const { test, variable, values } of all) {
    byTest[test] = { ...byTest[test], [variable]: oneOrMany(values) };
  }
  return byTest;
}

/** The provider writes policy variables as `&{…}`, since `${…}` is its own syntax. */
function oneOrMany(values: string[] = []): unknown {
  const written = values.map((value) => value.replaceAll("&{", "$" + "{"));
  return written.length > 1 ? written : written[0];
}
