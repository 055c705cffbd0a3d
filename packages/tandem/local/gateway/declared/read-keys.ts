/** API keys and usage plans as a program declares them. */
import { ofType } from "../../../program/reading/resources.ts";
import { list, number, object, opened, text } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording, Value } from "../../../program/recording.ts";
import type { ApiKey, Period, Quota, UsagePlan } from "../keys/usage-plans.ts";
import { documentOf } from "../openapi/body.ts";
import { ACCOUNT_THROTTLE, type Throttle } from "../token-bucket.ts";

export const API_KEY = "aws:apigateway/apiKey:ApiKey";
export const USAGE_PLAN = "aws:apigateway/usagePlan:UsagePlan";
export const USAGE_PLAN_KEY = "aws:apigateway/usagePlanKey:UsagePlanKey";

/** Where a request has its key: in the header `x-api-key`, or in the result of its authorizer. */
export type KeySource = "HEADER" | "AUTHORIZER";

export function keySource(api: RecordedResource): KeySource {
  const written = documentOf(api)["x-amazon-apigateway-api-key-source"];
  return text(api.inputs.apiKeySource ?? written) === "AUTHORIZER" ? "AUTHORIZER" : "HEADER";
}

/** Those of one stage. */
export function readUsagePlans(apiId: string, stage: string, recording: Recording): UsagePlan[] {
  const keys = new Map(ofType(recording, API_KEY).map((key) => [key.id, asKey(key)]));
  return ofType(recording, USAGE_PLAN).flatMap(({ id = "", inputs }) => {
    const stages = list(inputs.apiStages).map(object);
    const own = stages.find((one) => text(one.apiId) === apiId && text(one.stage) === stage);
    if (!own) return [];
    const throttle = asThrottle(inputs.throttleSettings);
    const quota = asQuota(inputs.quotaSettings);
    const ofMethods = list(own.throttles).flatMap((one) => {
      const limit = asThrottle(one);
      return limit ? [[methodKey(text(object(one).path) ?? ""), limit] as const] : [];
    });
    return {
      id,
      keys: ofType(recording, USAGE_PLAN_KEY)
        .filter((link) => text(link.inputs.usagePlanId) === id)
        .flatMap((link) => keys.get(text(link.inputs.keyId) ?? "") ?? []),
      methodThrottles: new Map(ofMethods),
      ...(throttle ? { throttle } : {}),
      ...(quota ? { quota } : {}),
    };
  });
}

function asKey({ id = "", inputs, outputs }: RecordedResource): ApiKey {
  return { id, value: text(outputs.value) ?? "", enabled: opened(inputs.enabled) !== false };
}

function asThrottle(value: Value | undefined): Throttle | undefined {
  const { burstLimit, rateLimit } = object(value);
  const [burst, rate] = [number(burstLimit), number(rateLimit)];
  if (burst === undefined && rate === undefined) return undefined;
  return { burst: burst ?? ACCOUNT_THROTTLE.burst, rate: rate ?? ACCOUNT_THROTTLE.rate };
}

function asQuota(value: Value | undefined): Quota | undefined {
  const { limit, period, offset } = object(value);
  const most = number(limit);
  if (most === undefined) return undefined;
  return { limit: most, period: (text(period) ?? "DAY") as Period, offset: number(offset) ?? 0 };
}

/** `/orders/GET` */
function methodKey(path: string): string {
  const slash = path.lastIndexOf("/");
  return `${path.slice(slash + 1)} ${path.slice(0, slash) || "/"}`;
}
