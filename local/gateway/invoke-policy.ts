/** Judges the policy that a Lambda authorizer returns. */
import { arnMatches, textMatches } from "./arn-pattern.ts";
import { isRecord } from "./response.ts";

const ACTION = "execute-api:Invoke";

/** A refusal wins over a permission. What cannot be judged is an error, never a yes. */
export function policyAllows(policy: unknown, arn: string): boolean | { unclear: string } {
  if (!isRecord(policy)) return { unclear: "policyDocument is not an object" };
  let allowed = false;
  for (const statement of list(policy.Statement)) {
    if (!isRecord(statement)) return { unclear: "a statement is not an object" };
    if (statement.Condition !== undefined) return { unclear: "conditions are not judged here" };
    if (!list(statement.Action).some((action) => isAction(action))) continue;
    if (!list(statement.Resource).some((pattern) => typeof pattern === "string" && arnMatches(pattern, arn)))
      continue;
    if (statement.Effect === "Deny") return false;
    if (statement.Effect === "Allow") allowed = true;
  }
  return allowed;
}

function isAction(action: unknown): boolean {
  return typeof action === "string" && textMatches(action.toLowerCase(), ACTION.toLowerCase());
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
