/**
 * Whether policies allow a call, as IAM decides it: an explicit Deny wins, then one Allow is enough, and what nobody
 * allows is denied. Pure: no clock, no recording, no socket.
 */
import { arnMatches, textMatches } from "../gateway/arn-pattern.ts";
import { type Context, conditionsHold, hasVariable, type Truth } from "./conditions.ts";
import type { Statement } from "./statements.ts";

/** One thing a request wants to do. A batch or a transaction is several. */
export interface Call {
  /** e.g. `dynamodb:PutItem`. */
  action: string;
  /** ARN, or `*` for actions that know no resource. */
  resource: string;
  context: Context;
}

export type Verdict =
  | { kind: "allowed" }
  | { kind: "denied" }
  | { kind: "explicitly denied"; by: Statement }
  /** A statement that would decide has a condition or a variable that cannot be judged here. */
  | { kind: "not judged"; because: Statement };

export function evaluate(statements: readonly Statement[], call: Call): Verdict {
  const truths = statements.map((statement) => ({ statement, truth: applies(statement, call) }));
  const find = (effect: "Allow" | "Deny", truth: Truth) =>
    truths.find((one) => one.statement.effect === effect && one.truth === truth)?.statement;

  const denied = find("Deny", true);
  if (denied) return { kind: "explicitly denied", by: denied };
  const maybeDenied = find("Deny", "unknown");
  if (maybeDenied) return { kind: "not judged", because: maybeDenied };
  if (find("Allow", true)) return { kind: "allowed" };
  const maybeAllowed = find("Allow", "unknown");
  return maybeAllowed ? { kind: "not judged", because: maybeAllowed } : { kind: "denied" };
}

function applies(statement: Statement, call: Call): Truth {
  const named = statement.actions.some((action) =>
    textMatches(action.toLowerCase(), call.action.toLowerCase()),
  );
  if (named === statement.exceptActions) return false;
  const covered = coversResource(statement, call.resource);
  if (covered === false) return false;
  const holds = conditionsHold(statement.conditions, call.context);
  if (holds === false) return false;
  return covered === "unknown" || holds === "unknown" ? "unknown" : true;
}

function coversResource({ resources, exceptResources }: Statement, resource: string): Truth {
  const plain = resources.filter((pattern) => !hasVariable(pattern));
  if (plain.some((pattern) => arnMatches(pattern, resource))) return !exceptResources;
  return plain.length < resources.length ? "unknown" : exceptResources;
}
