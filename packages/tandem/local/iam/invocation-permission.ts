/**
 * Whether a service of AWS may call a function: the program says so by an `aws:lambda/permission:Permission` for that service's
 * principal, whose source ARN covers the bucket, the rule or the route that calls.
 */
import { arnMatches } from "../../program/reading/arn-pattern.ts";
import {
  type FunctionName,
  parseFunctionReference,
  readInvokedFunction,
} from "../../program/reading/function-reference.ts";
import { oncePerRecording } from "../../program/reading/once.ts";
import { ofType } from "../../program/reading/resources.ts";
import { text } from "../../program/reading/value.ts";
import type { Recording } from "../../program/recording.ts";

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
  const called = parseFunctionReference(call.functionName);
  const grants = grantsOf(readGrants(recording), called, call.principal);
  if (covers(grants, call.sourceArn)) return undefined;
  const { name, qualifier } = called;
  const label = qualifier === undefined ? name : `${name} by its alias ${qualifier}`;
  return (
    `${call.principal} may not call ${label}: declare an aws:lambda/permission:Permission ` +
    `with this principal and sourceArn ${call.sourceArn}`
  );
}

export const API_GATEWAY = "apigateway.amazonaws.com";

/** One permission of the program. */
export interface InvocationGrant {
  function: FunctionName;
  action: string;
  principal: string;
  /** Absent: every API of every account. */
  sourceArn?: string;
}

/** Says why a call with this source ARN is refused, or undefined when it is allowed. */
export type RefusalOfSource = (sourceArn: string) => string | undefined;

export const readGrants: (recording: Recording) => readonly InvocationGrant[] = oncePerRecording(
  (recording) =>
    ofType(recording, "aws:lambda/permission:Permission").flatMap(({ inputs, outputs }) => {
      const named = readInvokedFunction(text(inputs.function) ?? "");
      if (!named) return [];
      const qualifier = text(inputs.qualifier) ?? named.qualifier;
      return {
        function: qualifier === undefined ? { name: named.name } : { name: named.name, qualifier },
        action: text(inputs.action) ?? "",
        principal: text(inputs.principal) ?? "",
        sourceArn: text(inputs.sourceArn) ?? text(outputs.sourceArn),
      };
    }),
);

export function refusalOf(grants: readonly InvocationGrant[], called: FunctionName): RefusalOfSource {
  const forApis = grantsOf(grants, called, API_GATEWAY);
  const label = called.qualifier === undefined ? called.name : `${called.name}:${called.qualifier}`;
  return (sourceArn) => {
    if (covers(forApis, sourceArn)) return undefined;
    if (forApis.length === 0) {
      return `no aws:lambda/permission:Permission lets ${API_GATEWAY} invoke ${label}: declare one with sourceArn ${sourceArn}`;
    }
    const patterns = forApis.map((grant) => grant.sourceArn).join(", ");
    return `the permissions of ${label} do not cover ${sourceArn}: their sourceArn is ${patterns}`;
  };
}

/** Those that let the service call this very function or alias, whatever their source. */
function grantsOf(
  grants: readonly InvocationGrant[],
  { name, qualifier }: FunctionName,
  principal: string,
): InvocationGrant[] {
  return grants.filter(
    (grant) =>
      grant.function.name === name &&
      grant.function.qualifier === qualifier &&
      grant.principal === principal &&
      allowsInvoke(grant.action),
  );
}

function covers(grants: readonly InvocationGrant[], sourceArn: string): boolean {
  return grants.some((grant) => grant.sourceArn === undefined || arnMatches(grant.sourceArn, sourceArn));
}

/** Actions are compared without regard to case, as IAM does. */
function allowsInvoke(action: string): boolean {
  return ["lambda:invokefunction", "lambda:*", "*"].includes(action.toLowerCase());
}

export interface Permission {
  /** Why the API may not call the function for this method; undefined when it may. */
  refused(method: string): string | undefined;
}

/** Judges each method of a route once; a request then only looks it up. */
export class LambdaPermission implements Permission {
  readonly #refusal: RefusalOfSource;
  readonly #sourceArn: (method: string) => string;
  readonly #judged = new Map<string, string | undefined>();

  constructor(refusal: RefusalOfSource, sourceArn: (method: string) => string) {
    this.#refusal = refusal;
    this.#sourceArn = sourceArn;
  }

  refused(method: string): string | undefined {
    if (!this.#judged.has(method)) this.#judged.set(method, this.#refusal(this.#sourceArn(method)));
    return this.#judged.get(method);
  }
}

/** Of a component that gives its own permission where no recording shows it. */
export const OUT_OF_SIGHT: Permission = { refused: () => undefined };
