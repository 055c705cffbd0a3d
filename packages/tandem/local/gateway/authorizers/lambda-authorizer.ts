/** Authorizers that are functions: they get the request, and answer yes or no, or with an IAM policy. */
import { isObject } from "../../../shared/json.ts";
import { evaluate } from "../../iam/evaluate.ts";
import { parsePolicy } from "../../iam/statements.ts";
import type { InvokeResult, Invoker } from "../../invocation.ts";
import { within } from "../../pausable-clock.ts";
import {
  type Authorizer,
  type AuthorizerDecision,
  calledArn,
  type Identity,
  type LambdaTarget,
  type RoutedRequest,
} from "../api.ts";
import { type AuthorizerAnswers, authorizerAnswers } from "../gateway-answers.ts";
import type { HttpAnswer } from "../http/http-message.ts";
import { eventV1 } from "../payloads/event-v1.ts";
import { eventV2 } from "../payloads/event-v2.ts";
import { connectEvent } from "../payloads/event-websocket.ts";
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

/** What the function said of an identity, whatever route was called: a policy for one route alone refuses the others. */
interface Cached {
  result: InvokeResult;
  until: number;
}

/** A run of days must not keep every token it ever saw. */
const MAX_CACHED = 1_000;

export function lambdaAuthorizer(rules: LambdaAuthorizerRules, invoker: Invoker): Authorizer {
  const cache = new Map<string, Cached>();
  return {
    label: `Lambda ${rules.name}`,
    async authorize(routed) {
      const answers = authorizerAnswers(routed.api.protocol);
      const sources = rules.identitySources.map((source) => readIdentitySource(source, routed));
      if (sources.some((source) => source === undefined)) {
        return refuse(answers.unauthorized, `one of ${rules.identitySources.join(", ")} is missing`);
      }
      if (rules.tokenPattern?.test(sources[0] ?? "") === false) {
        return refuse(answers.unauthorized, `the token does not match ${rules.tokenPattern.source}`);
      }
      const key = JSON.stringify([routed.stage.name, ...sources]);
      const { time } = routed.request;
      const known = cache.get(key);
      if (known && known.until > time) return decide(known.result, rules, routed);
      const result = await ask(routed, rules, sources as string[], invoker);
      if ("allowed" in result) return result;
      const decision = decide(result, rules, routed);
      if (rules.cacheSeconds > 0 && sources.length > 0 && isVerdict(decision)) {
        if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value as string);
        cache.set(key, { result, until: time + rules.cacheSeconds * 1000 });
      }
      return decision;
    },
  };
}

/** What the function answers, or a refusal where it was not to be called or was too slow. */
async function ask(
  routed: RoutedRequest,
  rules: LambdaAuthorizerRules,
  sources: string[],
  invoker: Invoker,
): Promise<InvokeResult | AuthorizerDecision> {
  const { target } = rules;
  const answers = authorizerAnswers(routed.api.protocol);
  const refused = target.permission.refused(routed.request.method);
  if (refused !== undefined) return refuse(answers.failed, refused);
  const invocation = invoker.invoke(target.functionArn, eventOf(routed, rules, sources), {
    caller: "authorizer",
    traceHeader: routed.trace.header,
  });
  return (
    (await within(target.timeoutMilliseconds, invocation)) ??
    refuse(answers.failed, `authorizer ${rules.name} did not answer within ${target.timeoutMilliseconds} ms`)
  );
}

/** A failure says nothing about the caller, so the next request asks again. */
function isVerdict(decision: AuthorizerDecision): boolean {
  return decision.allowed || decision.answer.status < 500;
}

function eventOf(routed: RoutedRequest, rules: LambdaAuthorizerRules, sources: string[]): object {
  const arn = calledArn(routed, routed.routePath);
  if (rules.tokenOnly) return { type: "TOKEN", authorizationToken: sources[0], methodArn: arn };
  if (routed.api.protocol === "WEBSOCKET") {
    const { isBase64Encoded: _encoded, ...event } = connectEvent(routed);
    return { ...event, type: "REQUEST", methodArn: arn, stageVariables: routed.stage.variables ?? {} };
  }
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
  routed: RoutedRequest,
): AuthorizerDecision {
  const { protocol } = routed.api;
  const answers = authorizerAnswers(protocol);
  const failed = (what: string) => refuse(answers.failed, `authorizer ${rules.name} ${what}`);
  if (status !== "ok") {
    if (error?.errorMessage === "Unauthorized")
      return refuse(answers.unauthorized, `authorizer ${rules.name} said so`);
    return failed(`failed: ${error?.errorMessage ?? status}`);
  }
  const result: unknown = JSON.parse(payload ?? "null");
  if (!isObject(result)) return failed("returned no object");
  const context = isObject(result.context) ? result.context : {};
  if (rules.simpleResponses) {
    return result.isAuthorized === true
      ? allow({ lambda: context })
      : refuse(answers.denied, `authorizer ${rules.name} refused`);
  }
  const { policyDocument, principalId } = result;
  if (typeof principalId !== "string") return failed("returned no principalId");
  const lambda = protocol === "HTTP" ? context : asTexts(context);
  if (typeof lambda === "string")
    return failed(
      `returned a list or an object as ${lambda} of its context; only text, number and boolean go`,
    );
  const arn = calledArn(routed, routed.routePath);
  const refusal = policyRefusal(policyDocument, rules.name, arn, answers);
  const { usageIdentifierKey: key } = result;
  return (
    refusal ?? allow({ lambda, principalId, ...(typeof key === "string" ? { usageIdentifierKey: key } : {}) })
  );
}

/** A REST or WebSocket API hands on texts, whatever the function gave; or the name of a value that it does not take. */
function asTexts(context: Record<string, unknown>): Record<string, unknown> | string {
  const nested = Object.keys(context).find(
    (name) => typeof context[name] === "object" && context[name] !== null,
  );
  if (nested !== undefined) return nested;
  const texts = Object.entries(context).map(([name, value]) => [name, value === null ? null : String(value)]);
  return Object.fromEntries(texts);
}

function allow(identity: Identity): AuthorizerDecision {
  return { allowed: true, identity };
}

function refuse(answer: HttpAnswer, reason: string): AuthorizerDecision {
  return { allowed: false, answer, reason };
}

/**
 * Judges the policy that a Lambda authorizer returns as every other policy of the run. Undefined when it lets the caller
 * through; what cannot be judged does not.
 */
function policyRefusal(
  policy: unknown,
  authorizer: string,
  arn: string,
  { denied, explicitlyDenied }: AuthorizerAnswers,
): AuthorizerDecision | undefined {
  const call = { action: "execute-api:Invoke", resource: arn, context: {} };
  const { kind } = evaluate(parsePolicy(policy, authorizer), call);
  if (kind === "allowed") return undefined;
  const reason = `the policy of authorizer ${authorizer} does not allow ${arn} (${kind})`;
  return refuse(kind === "explicitly denied" ? explicitlyDenied : denied, reason);
}
