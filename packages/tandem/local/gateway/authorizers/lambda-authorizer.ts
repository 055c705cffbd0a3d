/** Authorizers that are functions: they get the request, and answer yes or no, or with an IAM policy. */
import { isObject } from "../../../shared/json.ts";
import { evaluate } from "../../iam/evaluate.ts";
import { parsePolicy } from "../../iam/statements.ts";
import type { InvokeResult, Invoker } from "../../invocation.ts";
import { within } from "../../standing-clock.ts";
import type { Authorizer, AuthorizerDecision, Identity, LambdaTarget, RoutedRequest } from "../api.ts";
import { messageAnswer } from "../http/http-message.ts";
import { eventV1 } from "../payloads/event-v1.ts";
import { eventV2 } from "../payloads/event-v2.ts";
import { readIdentitySource } from "./identity-source.ts";

export interface LambdaAuthorizerRules {
  /** Logical name, for the list of endpoints. */
  name: string;
  target: LambdaTarget;
  /** REST only: the event is the token alone. */
  tokenOnly: boolean;
  identitySources: readonly string[];
  /** HTTP APIs in format 2.0: the function answers `{ isAuthorized }` instead of a policy. */
  simpleResponses: boolean;
  /** REST TOKEN authorizers: what a token must look like before the function is asked. */
  tokenPattern?: RegExp;
  /** Seconds an answer holds for the same identity; 0 for none. */
  cacheSeconds: number;
}

interface Cached {
  decision: AuthorizerDecision;
  until: number;
}

/** A run of days must not keep every token it ever saw. */
const MAX_CACHED = 1_000;

export function lambdaAuthorizer(rules: LambdaAuthorizerRules, invoker: Invoker): Authorizer {
  const cache = new Map<string, Cached>();
  return {
    label: `Lambda ${rules.name}`,
    async authorize(routed) {
      const sources = rules.identitySources.map((source) => readIdentitySource(source, routed));
      if (sources.some((source) => source === undefined)) {
        return unauthorized(`one of ${rules.identitySources.join(", ")} is missing`);
      }
      if (rules.tokenPattern?.test(sources[0] ?? "") === false) {
        return unauthorized(`the token does not match ${rules.tokenPattern.source}`);
      }
      const arn = callArn(routed);
      const key = JSON.stringify([arn, ...sources]);
      const { time } = routed.request;
      const known = cache.get(key);
      if (known && known.until > time) return known.decision;
      const decision = await ask(routed, rules, sources as string[], arn, invoker);
      if (rules.cacheSeconds > 0 && sources.length > 0 && isVerdict(decision)) {
        if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value as string);
        cache.set(key, { decision, until: time + rules.cacheSeconds * 1000 });
      }
      return decision;
    },
  };
}

async function ask(
  routed: RoutedRequest,
  rules: LambdaAuthorizerRules,
  sources: string[],
  arn: string,
  invoker: Invoker,
): Promise<AuthorizerDecision> {
  const { target } = rules;
  const refused = target.permission.refused(routed.request.method);
  if (refused !== undefined) return failed(refused);
  const invocation = invoker.invoke(target.functionArn, eventOf(routed, rules, sources, arn), {
    caller: "authorizer",
    traceHeader: routed.trace.header,
  });
  const result = await within(target.timeoutMilliseconds, invocation);
  if (result === undefined) {
    return failed(`authorizer ${rules.name} did not answer within ${target.timeoutMilliseconds} ms`);
  }
  return decide(result, rules, arn);
}

/** A failure says nothing about the caller, so the next request asks again. */
function isVerdict(decision: AuthorizerDecision): boolean {
  return decision.allowed || decision.answer.status < 500;
}

function eventOf(
  routed: RoutedRequest,
  rules: LambdaAuthorizerRules,
  sources: string[],
  arn: string,
): object {
  if (rules.tokenOnly) return { type: "TOKEN", authorizationToken: sources[0], methodArn: arn };
  if (rules.target.payloadFormat === "2.0") {
    const { body: _body, isBase64Encoded: _encoded, ...event } = eventV2(routed);
    return { ...event, type: "REQUEST", routeArn: arn, identitySource: sources };
  }
  const { body: _body, isBase64Encoded: _encoded, ...event } = eventV1(routed);
  return {
    ...event,
    type: "REQUEST",
    methodArn: arn,
    identitySource: sources.join(","),
    authorizationToken: sources[0],
  };
}

/** A function that throws the text `Unauthorized` asks for a 401. */
function decide(
  { status, payload, error }: InvokeResult,
  rules: LambdaAuthorizerRules,
  arn: string,
): AuthorizerDecision {
  if (status !== "ok") {
    if (error?.errorMessage === "Unauthorized") return unauthorized(`authorizer ${rules.name} said so`);
    return failed(`authorizer ${rules.name} failed: ${error?.errorMessage ?? status}`);
  }
  const result: unknown = JSON.parse(payload ?? "null");
  if (!isObject(result)) return failed(`authorizer ${rules.name} returned no object`);
  const { context } = result;
  const lambda = isObject(context) ? context : {};
  if (rules.simpleResponses) {
    return result.isAuthorized === true ? allow({ lambda }) : forbidden(`authorizer ${rules.name} refused`);
  }
  const { policyDocument, principalId } = result;
  if (typeof principalId !== "string") return failed(`authorizer ${rules.name} returned no principalId`);
  const refusal = policyRefusal(policyDocument, rules.name, arn);
  return refusal === undefined ? allow({ lambda, principalId }) : forbidden(refusal);
}

function callArn({ api, stage, request, routePath }: RoutedRequest): string {
  return `${api.executionArn}/${stage.name}/${request.method}${routePath}`;
}

function allow(identity: Identity): AuthorizerDecision {
  return { allowed: true, identity };
}

function unauthorized(reason: string): AuthorizerDecision {
  return { allowed: false, answer: messageAnswer(401, "Unauthorized"), reason };
}

function forbidden(reason: string): AuthorizerDecision {
  return { allowed: false, answer: messageAnswer(403, "Forbidden"), reason };
}

function failed(reason: string): AuthorizerDecision {
  return { allowed: false, answer: messageAnswer(500, "Internal Server Error"), reason };
}

/** Judges the policy that a Lambda authorizer returns, by the rules that every other policy of the run is judged by. */

/** Why the policy does not let the caller through, or undefined when it does. What cannot be judged is no yes. */
export function policyRefusal(policy: unknown, authorizer: string, arn: string): string | undefined {
  const call = { action: "execute-api:Invoke", resource: arn, context: {} };
  const verdict = evaluate(parsePolicy(policy, authorizer), call);
  if (verdict.kind === "allowed") return undefined;
  return `the policy of authorizer ${authorizer} does not allow ${arn} (${verdict.kind})`;
}
