/** Settings of stages, routes and CORS as a program declares them. */

import { flag, list, number, object, text, texts } from "../../../program/reading/value.ts";
import type { Values } from "../../../program/recording.ts";
import type { CorsRules } from "../cors.ts";
import { ACCOUNT_THROTTLE, TokenBucket } from "../token-bucket.ts";

export function readCors(values: Values): CorsRules {
  const maxAge = number(values.maxAge);
  return {
    allowOrigins: texts(values.allowOrigins),
    allowMethods: texts(values.allowMethods),
    allowHeaders: texts(values.allowHeaders),
    exposeHeaders: texts(values.exposeHeaders),
    allowCredentials: flag(values.allowCredentials),
    ...(maxAge === undefined ? {} : { maxAge }),
  };
}

/** The bucket of one route: its own settings before the stage's; undefined when neither throttles. */
export function readBucket(route: Values | undefined, stage: Values | undefined): TokenBucket | undefined {
  const burst = setting("throttlingBurstLimit", route, stage);
  const rate = setting("throttlingRateLimit", route, stage);
  if (burst === undefined && rate === undefined) return undefined;
  return new TokenBucket({ burst: burst ?? ACCOUNT_THROTTLE.burst, rate: rate ?? ACCOUNT_THROTTLE.rate });
}

/** Of a stage of version 2: by the key of a route, its own bucket. */
export function bucketsOf({
  routeSettings,
  defaultRouteSettings,
}: Values): (routeKey: string) => TokenBucket | undefined {
  const ofRoute = new Map(
    list(routeSettings)
      .map(object)
      .map((values) => [text(values.routeKey), values]),
  );
  const defaults = object(defaultRouteSettings);
  return (key) => readBucket(ofRoute.get(key), defaults);
}

/** REST APIs say -1 for "not set". */
function setting(key: string, ...declared: (Values | undefined)[]): number | undefined {
  for (const values of declared) {
    const value = number(values?.[key]);
    if (value !== undefined && value >= 0) return value;
  }
  return undefined;
}
