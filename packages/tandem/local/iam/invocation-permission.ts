/** Whether a service of AWS may call a function: the program says so by an `aws:lambda/permission:Permission`. */
import { arnMatches } from "../../program/reading/arn-pattern.ts";
import { parseFunctionReference } from "../../program/reading/function-reference.ts";
import type { Recording } from "../../program/recording.ts";
import { readGrants } from "../gateway/permissions.ts";

export interface ServiceCall {
  /** Name or ARN of the function, with its alias if it is called by one. */
  functionName: string;
  /** e.g. `s3.amazonaws.com`. */
  principal: string;
  /** Of the bucket or the rule that calls. */
  sourceArn: string;
}

/** Why the call would be refused, with the resource to add; undefined when it is allowed. */
export function invocationRefusal(recording: Recording, call: ServiceCall): string | undefined {
  const { name, qualifier } = parseFunctionReference(call.functionName);
  const allowed = readGrants(recording).some(
    (grant) =>
      grant.function.name === name &&
      grant.function.qualifier === qualifier &&
      grant.principal === call.principal &&
      (grant.sourceArn === undefined || arnMatches(grant.sourceArn, call.sourceArn)),
  );
  if (allowed) return undefined;
  const called = qualifier === undefined ? name : `${name} by its alias ${qualifier}`;
  return (
    `${call.principal} may not call ${called}: declare an aws:lambda/permission:Permission ` +
    `with this principal and sourceArn ${call.sourceArn}`
  );
}
