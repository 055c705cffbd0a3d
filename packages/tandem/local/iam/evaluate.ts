/**
 * Whether policies allow a call, as IAM decides it: an explicit Deny wins, then one Allow is enough, and what nobody
 * allows is denied. Pure: no clock, no recording, no socket.
 */
import { literal, resourceMatches, textMatches } from "../../program/reading/arn-pattern.ts";
import { type Context, conditionsHold, resolveVariables, type Truth } from "./conditions.ts";
import { isUnknown, type SourcedStatement } from "./statements.ts";

/** One thing a request wants to do. A batch or a transaction is several. */
export interface Call {
  /** e.g. `dynamodb:PutItem`. */
  action: string;
  /** ARN, or `*` for actions that know no resource. */
  resource: string;
  context: Context;
}

export type Verdict =
  | { kind: "allowed"; by: SourcedStatement }
  /** `besides`: a Deny that cannot be judged here, which decides nothing as long as nobody allows the call. */
  | { kind: "denied"; besides?: SourcedStatement }
  | { kind: "explicitly denied"; by: SourcedStatement }
  /** A statement that would decide has a condition or a variable that cannot be judged here. */
  | { kind: "not judged"; because: SourcedStatement };

export function evaluate(statements: readonly SourcedStatement[], call: Call): Verdict {
  const truths = statements.map((statement) => ({ statement, truth: applies(statement, call) }));
  const find = (effect: "Allow" | "Deny", truth: Truth) =>
    truths.find((one) => one.statement.effect === effect && one.truth === truth)?.statement;

  const denied = find("Deny", true);
  if (denied) return { kind: "explicitly denied", by: denied };
  const allowed = find("Allow", true);
  const maybeDenied = find("Deny", "unknown");
  const maybeAllowed = find("Allow", "unknown");
  // A policy of which nothing is known may allow the call as well.
  const isOpen = truths.some(({ statement, truth }) => truth === "unknown" && isUnknown(statement));
  if (!allowed && !maybeAllowed && !isOpen)
    return maybeDenied ? { kind: "denied", besides: maybeDenied } : { kind: "denied" };
  if (maybeDenied) return { kind: "not judged", because: maybeDenied };
  if (allowed) return { kind: "allowed", by: allowed };
  return maybeAllowed ? { kind: "not judged", because: maybeAllowed } : { kind: "denied" };
}

function applies(statement: SourcedStatement, call: Call): Truth {
  const action = call.action.toLowerCase();
  const isKnown = (...names: string[]) => !statement.unknown?.some((name) => names.includes(name));
  const named = among(statement.actions, isKnown("Statement", "Action", "NotAction"), (pattern) =>
    textMatches(pattern.toLowerCase(), action),
  );
  const covered = among(statement.resources, isKnown("Statement", "Resource", "NotResource"), (pattern) => {
    const resolved = resolveVariables(pattern, call.context, literal);
    return resolved === "absent" ? false : resolved && resourceMatches(resolved.text, call.resource);
  });
  const truths = [
    statement.exceptActions ? not(named) : named,
    statement.exceptResources ? not(covered) : covered,
    conditionsHold(statement.conditions, call.context),
    !statement.unknown?.some((element) => !MATCHED.includes(element)) || "unknown",
  ];
  if (truths.includes(false)) return false;
  return truths.includes("unknown") ? "unknown" : true;
}

/** Elements whose known part may decide already; one of any other leaves the statement open. */
const MATCHED = ["Action", "NotAction", "Resource", "NotResource"];

/** Whether one of the patterns matches; one that cannot be read, or is not known, leaves it open. */
function among(
  patterns: readonly string[],
  complete: boolean,
  matches: (pattern: string) => boolean | undefined,
): Truth {
  const matched = patterns.map(matches);
  if (matched.includes(true)) return true;
  return complete && !matched.includes(undefined) ? false : "unknown";
}

function not(truth: Truth): Truth {
  return truth === "unknown" ? truth : !truth;
}
