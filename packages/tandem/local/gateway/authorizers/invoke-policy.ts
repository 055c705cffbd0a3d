/** Judges the policy that a Lambda authorizer returns, by the rules that every other policy of the run is judged by. */
import { evaluate } from "../../iam/evaluate.ts";
import { parsePolicy } from "../../iam/statements.ts";

/** Why the policy does not let the caller through, or undefined when it does. What cannot be judged is no yes. */
export function policyRefusal(policy: unknown, authorizer: string, arn: string): string | undefined {
  const call = { action: "execute-api:Invoke", resource: arn, context: {} };
  const verdict = evaluate(parsePolicy(policy, authorizer), call);
  if (verdict.kind === "allowed") return undefined;
  return `the policy of authorizer ${authorizer} does not allow ${arn} (${verdict.kind})`;
}
