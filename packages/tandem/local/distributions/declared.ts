/** Distributions of CloudFront, as the program declares them. */
import { flag, list, object, text, texts } from "../../program/reading/value.ts";
import type { RecordedResource, Recording, Value, Values } from "../../program/recording.ts";
import { type UnsupportedTarget, unsupported } from "../gateway/api.ts";
import { type Forwarding, forwardingOf } from "./forwarding.ts";
import { type Origin, readOrigin } from "./origins.ts";

export const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";

export interface Distribution {
  urn: string;
  /** Logical name. */
  name: string;
  arn: string;
  /** Host in the cloud. */
  host: string;
  /** Key for the path `/`, without a slash. */
  rootObject?: string;
  /** In the order in which their patterns are tried; the default one last. */
  behaviors: Behavior[];
  errors: CustomError[];
}

export interface Behavior {
  /** Of paths, e.g. `/api/*`; upper and lower case differ. */
  pattern: string;
  methods: ReadonlySet<string>;
  forwarding: Forwarding;
  /** Where requests go, or why they are answered 501. */
  origin: Origin | UnsupportedTarget;
}

export interface CustomError {
  /** Of the origin. */
  status: number;
  /** For the viewer. */
  answered: number;
  page: string;
}

export function readDistributions(recording: Recording): Distribution[] {
  return recording.resources
    .filter(({ type, read, inputs }) => type === DISTRIBUTION && !read && inputs.enabled !== false)
    .map((resource) => distribution(resource, recording));
}

function distribution(resource: RecordedResource, recording: Recording): Distribution {
  const { urn, name, inputs, outputs } = resource;
  const arn = text(outputs.arn) ?? "";
  const rootObject = text(inputs.defaultRootObject)?.replace(/^\//, "");
  const ordered = list(inputs.orderedCacheBehaviors).map(object);
  const behaviors = [...ordered, { ...object(inputs.defaultCacheBehavior), pathPattern: "*" }];
  return {
    urn,
    name,
    arn,
    host: text(outputs.domainName) ?? "",
    ...(rootObject ? { rootObject } : {}),
    behaviors: behaviors.map((behavior) => behaviorOf(behavior, inputs, arn, recording)),
    errors: list(inputs.customErrorResponses).map(object).flatMap(customError),
  };
}

function behaviorOf(behavior: Values, inputs: Values, arn: string, recording: Recording): Behavior {
  const pattern = `/${text(behavior.pathPattern) ?? "*"}`.replace(/^\/\//, "/");
  const allowed = texts(behavior.allowedMethods);
  const reason = whyNotRun(behavior);
  return {
    pattern,
    methods: new Set(allowed.length > 0 ? allowed : ["GET", "HEAD"]),
    forwarding: forwardingOf(behavior, recording),
    origin: reason === undefined ? originOf(behavior, inputs, arn, recording) : unsupported(reason),
  };
}

/** What runs at the edge, or lets only some in, is never left out in silence. */
function whyNotRun(behavior: Values): string | undefined {
  if (list(behavior.functionAssociations).length > 0) return "CloudFront Functions do not run here";
  if (list(behavior.lambdaFunctionAssociations).length > 0) return "Lambda@Edge does not run here";
  const signers = [...list(behavior.trustedSigners), ...list(behavior.trustedKeyGroups)];
  return signers.length > 0 ? "signed URLs and cookies of CloudFront are not judged here" : undefined;
}

function originOf(
  { targetOriginId }: Values,
  { origins, originGroups }: Values,
  arn: string,
  recording: Recording,
): Behavior["origin"] {
  const id = text(targetOriginId);
  const named = ({ originId }: Values) => text(originId) === id;
  if (list(originGroups).map(object).some(named)) return unsupported(`origin groups (${id}) do not run here`);
  const origin = list(origins).map(object).find(named);
  if (origin) return readOrigin(origin, arn, recording);
  return unsupported(`the distribution has no origin ${id}`);
}

function customError({ errorCode, responseCode, responsePagePath }: Values): CustomError[] {
  const status = statusOf(errorCode);
  const page = text(responsePagePath);
  if (status === undefined || !page) return [];
  return [{ status, answered: statusOf(responseCode) ?? status, page }];
}

function statusOf(value: Value | undefined): number | undefined {
  const status = Number(typeof value === "number" ? value : text(value));
  return Number.isInteger(status) && status > 0 ? status : undefined;
}

/** What a distribution is asked for by the rest of its declaration and what this run leaves out; undefined where nothing is. */
export function leftOut({ inputs }: RecordedResource): string[] {
  const geography = text(object(object(inputs.restrictions).geoRestriction).restrictionType) ?? "none";
  return [
    ...(geography === "none" ? [] : ["restrictions by country"]),
    ...(text(inputs.webAclId) ? ["its firewall"] : []),
    ...(flag(object(inputs.loggingConfig).enabled) ? ["its log"] : []),
  ];
}
