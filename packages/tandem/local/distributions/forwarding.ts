/** What of a viewer's request goes on to an origin: what the behavior's policies name, and nothing else. */
import { addressed } from "../../program/reading/resources.ts";
import { flag, object, text, texts } from "../../program/reading/value.ts";
import type { Recording, Values } from "../../program/recording.ts";

/** Names in lower case that go on; or all, or all but some. */
export type Names = { only: ReadonlySet<string> } | { allBut: ReadonlySet<string> };

export interface Forwarding {
  headers: Names;
  cookies: Names;
  query: Names;
}

const NOTHING: Names = { only: new Set() };
const ALL: Names = { allBut: new Set() };

const NOTHING_ON: Forwarding = { headers: NOTHING, cookies: NOTHING, query: NOTHING };
const EVERYTHING: Forwarding = { headers: ALL, cookies: ALL, query: ALL };
const ALL_BUT_HOST: Forwarding = { ...EVERYTHING, headers: { allBut: new Set(["host"]) } };

const only = (...names: string[]): Names => ({ only: new Set(names.map((name) => name.toLowerCase())) });

/** AWS's own policies, by their ids. */
const MANAGED: Record<string, Forwarding> = {
  // CachingDisabled, CachingOptimized and the same for objects that are not compressed.
  "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": NOTHING_ON,
  "658327ea-f89d-4fab-a63d-7e88639e58f6": NOTHING_ON,
  "b2884449-e4de-46a7-ac36-70bc7f1ddd6d": NOTHING_ON,
  // AllViewer, AllViewerExceptHostHeader.
  "216adef6-5c7f-47e4-b989-5492eafa07d3": EVERYTHING,
  "b689b0a8-53d0-40ab-baf2-68738e2966ac": ALL_BUT_HOST,
  // CORS-S3Origin, CORS-CustomOrigin, UserAgentRefererHeaders.
  "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf": {
    ...NOTHING_ON,
    headers: only("Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"),
  },
  "59781a5b-3903-41f3-afcb-af62929ccde1": { ...NOTHING_ON, headers: only("Origin") },
  "acba4595-bd28-49b8-b9fe-13317c0390fa": { ...NOTHING_ON, headers: only("User-Agent", "Referer") },
};

const CACHE_POLICY = "aws:cloudfront/cachePolicy:CachePolicy";
const ORIGIN_POLICY = "aws:cloudfront/originRequestPolicy:OriginRequestPolicy";

/** A policy that is not known here is taken to hand on all but the host. */
export function forwardingOf(behavior: Values, recording: Recording): Forwarding {
  if (behavior.forwardedValues !== undefined) return legacy(object(behavior.forwardedValues));
  const policies = [text(behavior.cachePolicyId), text(behavior.originRequestPolicyId)]
    .filter((id) => id !== undefined)
    .map((id) => MANAGED[id] ?? declaredPolicy(id, recording) ?? ALL_BUT_HOST);
  return policies.reduce(joined, NOTHING_ON);
}

function declaredPolicy(id: string, recording: Recording): Forwarding | undefined {
  const policy = addressed(recording, ORIGIN_POLICY, id);
  const cached = addressed(recording, CACHE_POLICY, id)?.inputs.parametersInCacheKeyAndForwardedToOrigin;
  const declared = policy?.inputs ?? (cached === undefined ? undefined : object(cached));
  if (!declared) return undefined;
  const { headersConfig, cookiesConfig, queryStringsConfig } = declared;
  return {
    headers: namesOf(object(headersConfig), "header", "headers"),
    cookies: namesOf(object(cookiesConfig), "cookie", "cookies"),
    query: namesOf(object(queryStringsConfig), "queryString", "queryStrings"),
  };
}

/** `{ headerBehavior: "whitelist", headers: { items } }` */
function namesOf(config: Values, kind: string, field: string): Names {
  const named = only(...texts(object(config[field]).items));
  switch (text(config[`${kind}Behavior`])) {
    case "whitelist":
      return named;
    case "all":
    case "allViewer":
    case "allViewerAndWhitelistCloudFront":
      return ALL;
    case "allExcept":
      return "only" in named ? { allBut: named.only } : ALL;
    default:
      return NOTHING;
  }
}

/** `forwardedValues`, before there were policies. */
function legacy({ headers, cookies, queryString, queryStringCacheKeys }: Values): Forwarding {
  const listed = texts(headers);
  const kept = texts(object(cookies).whitelistedNames);
  const forward = text(object(cookies).forward);
  // All of the query goes on, whichever parts of it tell cached pages apart.
  const query = flag(queryString) || texts(queryStringCacheKeys).length > 0 ? ALL : NOTHING;
  return {
    headers: listed.includes("*") ? ALL : only(...listed),
    cookies: forward === "all" ? ALL : forward === "whitelist" ? only(...kept) : NOTHING,
    query,
  };
}

function joined(one: Forwarding, other: Forwarding): Forwarding {
  return {
    headers: either(one.headers, other.headers),
    cookies: either(one.cookies, other.cookies),
    query: either(one.query, other.query),
  };
}

function either(one: Names, other: Names): Names {
  if ("only" in one && "only" in other) return { only: one.only.union(other.only) };
  if ("allBut" in one && "allBut" in other) return { allBut: one.allBut.intersection(other.allBut) };
  const [all, some] = "allBut" in one ? [one, other] : [other, one];
  return "allBut" in all && "only" in some ? { allBut: all.allBut.difference(some.only) } : ALL;
}

export function goesOn(names: Names, name: string): boolean {
  const lower = name.toLowerCase();
  return "only" in names ? names.only.has(lower) : !names.allBut.has(lower);
}
